package io.vpccni.ipamd.kubernetes;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.rpc.log.Redaction;

/**
 * A Kubernetes event of type Warning on the agent's own pod is wanted. Dropped where there is no
 * API server; equal ones are sent once an hour at most.
 *
 * @param reason for example {@code MissingIAMPermissions}
 * @param action for example {@code ec2:CreateNetworkInterface}
 */
public record EventWanted(String reason, String action, String note) implements BusMessage {
  public EventWanted {
    note = Redaction.of(note);
  }
}
