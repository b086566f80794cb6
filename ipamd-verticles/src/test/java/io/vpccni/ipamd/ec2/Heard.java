package io.vpccni.ipamd.ec2;

import io.vpccni.ipamd.condition.ConditionChanged;
import java.util.ArrayList;
import java.util.List;

/** Keeps what is told. */
final class Heard implements Ec2Listener {
  final List<ApiCallMade> calls = new ArrayList<>();
  final List<ConditionChanged> conditions = new ArrayList<>();
  final List<EniStepFailed> failed = new ArrayList<>();

  @Override
  public void called(ApiCallMade call) {
    calls.add(call);
  }

  @Override
  public void condition(ConditionChanged change) {
    conditions.add(change);
  }

  @Override
  public void failed(EniStepFailed step) {
    failed.add(step);
  }
}
