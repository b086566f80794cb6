package io.vpccni.ipamd.ec2.service;

import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.aws.ApiCallMade;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.ec2.EniStepFailed;
import io.vpccni.ipamd.ec2.api.Ec2Listener;

/** Publishes on the event bus what happens between us and EC2. */
record BusListener(EventBus bus) implements Ec2Listener {
  @Override
  public void called(ApiCallMade call) {
    ApiCallMade.TOPIC.publish(bus, call);
  }

  @Override
  public void condition(ConditionChanged change) {
    ConditionChanged.TOPIC.publish(bus, change);
  }

  @Override
  public void failed(EniStepFailed failed) {
    EniStepFailed.TOPIC.publish(bus, failed);
  }
}
