package io.vpccni.ipamd.ec2.api;

import io.vpccni.ipamd.aws.ApiCallMade;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.ec2.EniStepFailed;

/** Hears what happens between us and EC2. */
public interface Ec2Listener {
  void called(ApiCallMade call);

  void condition(ConditionChanged change);

  void failed(EniStepFailed failed);
}
