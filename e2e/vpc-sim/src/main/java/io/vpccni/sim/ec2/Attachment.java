package io.vpccni.sim.ec2;

import java.time.Instant;

/**
 * Describes the attachment of an ENI to an instance.
 *
 * @param deviceIndex is 0 for the instance's primary ENI, which is on card 0
 * @param card is the network card index, from 0
 * @param changesAt is when ATTACHING becomes ATTACHED or DETACHING ends; it has no meaning while
 *     ATTACHED
 */
public record Attachment(
    String id,
    String instanceId,
    int deviceIndex,
    int card,
    Status status,
    Instant attachedAt,
    Instant changesAt,
    boolean deleteOnTermination) {
  /** Holds the states of an attachment; EC2's word for each is the name in lower case. */
  public enum Status {
    ATTACHING,
    ATTACHED,
    DETACHING
  }

  /** Returns whether it is that of an instance's first ENI, which cannot be detached. */
  public boolean primary() {
    return deviceIndex == 0 && card == 0;
  }

  Attachment withStatus(Status next, Instant changesAt) {
    return new Attachment(
        id, instanceId, deviceIndex, card, next, attachedAt, changesAt, deleteOnTermination);
  }

  Attachment withDeleteOnTermination(boolean on) {
    return new Attachment(id, instanceId, deviceIndex, card, status, attachedAt, changesAt, on);
  }
}
