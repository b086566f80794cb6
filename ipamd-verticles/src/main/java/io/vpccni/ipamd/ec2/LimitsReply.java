package io.vpccni.ipamd.ec2;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.rpc.limits.InstanceLimits;

/** Answers the question what this node's instance type can hold. */
public sealed interface LimitsReply extends BusMessage {
  /** Asks what this node's instance type can hold. */
  record ReadLimits() implements BusMessage {}

  record Known(String instanceType, InstanceLimits limits) implements LimitsReply {}

  /** Neither our table nor EC2 knows the type; the caller may ask again later. */
  record Unknown(String instanceType, String reason) implements LimitsReply {}
}
