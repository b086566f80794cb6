package io.vpccni.cli.output;

import io.vpccni.rpc.wire.introspection.CardPool;
import io.vpccni.rpc.wire.introspection.Condition;
import io.vpccni.rpc.wire.introspection.PoolSnapshot;
import java.util.List;
import java.util.stream.Collectors;

/** Writes a snapshot of the pool as one line, and a line for each condition that came or went. */
public final class PoolLine {
  private PoolLine() {}

  /** Returns the lines, without the end of the last one. */
  public static String text(PoolSnapshot before, PoolSnapshot pool) {
    var time = HistoryPage.time(Ages.instant(pool.getAt()));
    var text = new StringBuilder(time).append("  ").append(cards(pool));
    if (pool.getWaiting() > 0) text.append("  waiting ").append(pool.getWaiting());
    for (var condition : pool.getConditionsList()) {
      if (!names(before.getConditionsList()).contains(ConditionList.name(condition))) {
        text.append('\n').append(time).append("  + ").append(ConditionList.name(condition));
        text.append(": ").append(condition.getDetail());
      }
    }
    for (var condition : before.getConditionsList()) {
      if (!names(pool.getConditionsList()).contains(ConditionList.name(condition))) {
        text.append('\n').append(time).append("  - ").append(ConditionList.name(condition));
      }
    }
    return text.toString();
  }

  private static String cards(PoolSnapshot pool) {
    return pool.getCardsList().stream()
        .map(card -> card(card, pool.getCardsCount() > 1))
        .collect(Collectors.joining("  "));
  }

  private static String card(CardPool card, boolean several) {
    var text = new StringBuilder();
    if (several) text.append("card ").append(card.getNetworkCard()).append(": ");
    return text.append("assigned ")
        .append(StatusPage.count(card.getAssigned()))
        .append(" free ")
        .append(StatusPage.count(card.getFree()))
        .append(" cooling ")
        .append(StatusPage.count(card.getCooling()))
        .append(" quarantined ")
        .append(StatusPage.count(card.getQuarantined()))
        .append(" in flight ")
        .append(StatusPage.count(card.getInFlight()))
        .append(" ENIs ")
        .append(card.getEnis())
        .toString();
  }

  private static List<String> names(List<Condition> conditions) {
    return conditions.stream().map(ConditionList::name).toList();
  }
}
