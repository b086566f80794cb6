package io.vpccni.ipamd.ec2;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.bus.Topic;

/**
 * EC2 has refused a step of an ENI's life that nobody waits for; metrics hear it.
 *
 * @param step the reference's name, for example {@code FreeENIDeleteErr}
 * @param error EC2's error code and message
 */
public record EniStepFailed(String step, String error) implements BusMessage {
  public static final Topic<EniStepFailed> TOPIC = new Topic<>("eni.step-failed");

  /** This is the step in which a new ENI that could not be attached could not be deleted either. */
  public static final String UNDO = "AllocENIDeleteErr";

  /** In this step, the attachment of an ENI that is to be freed could not be learned. */
  public static final String LOOK = "getENIAttachmentIDFailed";

  public static final String FREE = "FreeENIDeleteErr";
  public static final String SWEEP = "cleanUpLeakedENIDeleteErr";
}
