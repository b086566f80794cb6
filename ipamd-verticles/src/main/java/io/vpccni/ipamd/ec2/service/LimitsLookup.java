package io.vpccni.ipamd.ec2.service;

import io.vpccni.ipamd.ec2.LimitsReply;
import io.vpccni.rpc.limits.InstanceLimits;
import java.util.Optional;

/** Decides how to find out what an instance type can hold. It is pure. */
final class LimitsLookup {
  private LimitsLookup() {}

  /** This is what is to be done to find out. */
  sealed interface Step {
    /** The question is answered without EC2. */
    record Answer(LimitsReply reply) implements Step {}

    /** Neither the table nor memory knows the instance type, so EC2 is asked. */
    record AskEc2() implements Step {}
  }

  /**
   * @param known what our table or an earlier answer of EC2 says
   * @param imdsOnly whether EC2 may not be called
   */
  static Step next(String type, Optional<InstanceLimits> known, boolean imdsOnly) {
    if (known.isPresent()) {
      return new Step.Answer(new LimitsReply.Known(type, known.get()));
    }
    return imdsOnly
        ? new Step.Answer(
            new LimitsReply.Unknown(
                type, "not in our table, and IMDS-only mode forbids asking EC2"))
        : new Step.AskEc2();
  }
}
