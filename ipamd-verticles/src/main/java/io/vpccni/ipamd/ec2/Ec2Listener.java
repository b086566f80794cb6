package io.vpccni.ipamd.ec2;

import io.vpccni.ipamd.condition.ConditionChanged;

/** Who hears what happens between us and EC2. */
interface Ec2Listener {
  void called(ApiCallMade call);

  void condition(ConditionChanged change);

  void failed(EniStepFailed failed);
}
