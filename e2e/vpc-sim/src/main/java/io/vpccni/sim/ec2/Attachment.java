package io.vpccni.sim.ec2;

import java.time.Instant;

/**
 * An ENI on an instance.
 *
 * @param deviceIndex 0 is the instance's primary ENI, together with card 0
 * @param card network card index
 * @param changesAt when ATTACHING becomes ATTACHED, or DETACHING ends; without meaning while
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
  /** As EC2 spells it in lower case. */
  public enum Status {
    ATTACHING,
    ATTACHED,
    DETACHING
  }

  /** The ENI an instance is born with; it cannot be detached. */
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
