package io.vpccni.ipamd.kubernetes;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.rpc.log.Redaction;

/**
 * Asks for a Kubernetes event of type Warning on the agent's own pod. It is dropped where there is
 * no API server, and equal events are sent once an hour at most.
 *
 * @param reason for example {@code MissingIAMPermissions}
 * @param action for example {@code ec2:CreateNetworkInterface}
 */
public record WarningEvent(String reason, String action, String note) implements BusMessage {
  public WarningEvent {
    note = Redaction.of(note);
  }
}
