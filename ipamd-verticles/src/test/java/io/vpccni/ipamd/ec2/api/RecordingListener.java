package io.vpccni.ipamd.ec2.api;

import io.vpccni.ipamd.aws.ApiCallMade;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.ec2.EniStepFailed;
import java.util.ArrayList;
import java.util.List;

/** Keeps what is told. */
public final class RecordingListener implements Ec2Listener {
  public final List<ApiCallMade> calls = new ArrayList<>();
  public final List<ConditionChanged> conditions = new ArrayList<>();
  public final List<EniStepFailed> failed = new ArrayList<>();

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
