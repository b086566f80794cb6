package io.vpccni.cli.output;

import io.vpccni.rpc.wire.introspection.CardPool;
import io.vpccni.rpc.wire.introspection.NodeStatus;
import java.time.Instant;

/** Writes the status of a node. */
public final class StatusPage {
  /** Every IPv6 prefix has more addresses than anybody counts. */
  private static final int PLENTY = 1_000_000;

  private StatusPage() {}

  public static String text(NodeStatus status, Palette palette, Instant now) {
    var text = new StringBuilder();
    text.append(
            status.getReady()
                ? palette.good("READY") + "  Pods can be added."
                : palette.bad("NOT READY") + "  No pod can be added: " + status.getObstacle())
        .append('\n')
        .append("ipamd ")
        .append(status.getVersion());
    if (!status.getInstanceId().isEmpty()) text.append(" on ").append(status.getInstanceId());
    text.append("\n\n").append(palette.heading("Connections")).append('\n');
    for (var peer : status.getConnectionsList()) {
      text.append("  %-15s ".formatted(peer.getPeer()))
          .append(
              peer.getOk() ? palette.good("ok") : palette.bad("failing") + "  " + peer.getDetail())
          .append('\n');
    }
    text.append('\n').append(palette.heading("Pool")).append('\n').append(pool(status));
    text.append('\n').append(palette.heading("Conditions")).append('\n');
    return text.append(ConditionList.text(status.getPool().getConditionsList(), palette, now))
        .toString();
  }

  private static String pool(NodeStatus status) {
    var table =
        new Table(
            "CARD",
            "TOTAL",
            "ASSIGNED",
            "FREE",
            "COOLING",
            "QUARANTINED",
            "IN FLIGHT",
            "LIMIT",
            "ENIS",
            "MAX ENIS");
    for (var card : status.getPool().getCardsList()) {
      table.row(
          card.getNetworkCard(),
          count(card.getTotal()),
          count(card.getAssigned()),
          count(card.getFree()),
          count(card.getCooling()),
          count(card.getQuarantined()),
          count(card.getInFlight()),
          limit(card),
          card.getEnis(),
          card.getMaxEnis());
    }
    var text = new StringBuilder(table.text("  "));
    if (status.getPool().getWaiting() > 0) {
      text.append("  ").append(status.getPool().getWaiting()).append(" ADD calls wait.\n");
    }
    if (!status.getLastEc2Error().isEmpty()) {
      text.append("  Last EC2 error: ").append(status.getLastEc2Error()).append('\n');
    }
    return text.toString();
  }

  private static String limit(CardPool card) {
    return count(card.getLimit());
  }

  /** Writes an unsigned count of addresses. */
  static String count(int number) {
    long unsigned = Integer.toUnsignedLong(number);
    return unsigned < PLENTY ? Long.toString(unsigned) : "plenty";
  }
}
