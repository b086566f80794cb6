package io.vpccni.cli.output;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vpccni.rpc.wire.introspection.Condition;
import io.vpccni.rpc.wire.introspection.Eni;
import java.util.List;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * This is what the node has in one subnet.
 *
 * @param id of the subnet
 * @param conditions those that are about this subnet
 */
public record SubnetUse(String id, List<Eni> enis, List<Condition> conditions) {
  public SubnetUse {
    enis = List.copyOf(enis);
    conditions = List.copyOf(conditions);
  }

  /** Returns the subnets of these ENIs, and those that only a condition names, in order. */
  public static List<SubnetUse> of(List<Eni> enis, List<Condition> conditions) {
    var ids = new TreeMap<String, SubnetUse>();
    for (var eni : enis) ids.put(eni.getSubnetId(), use(eni.getSubnetId(), enis, conditions));
    for (var condition : conditions) {
      var subject = condition.getSubject();
      if (subject.startsWith("subnet-")) ids.put(subject, use(subject, enis, conditions));
    }
    ids.remove("");
    return List.copyOf(ids.values());
  }

  private static SubnetUse use(String id, List<Eni> enis, List<Condition> conditions) {
    return new SubnetUse(
        id,
        enis.stream().filter(eni -> eni.getSubnetId().equals(id)).toList(),
        conditions.stream().filter(condition -> condition.getSubject().equals(id)).toList());
  }

  /** Writes a table of subnets, with what to do below it. */
  public static String text(List<SubnetUse> subnets) {
    if (subnets.isEmpty()) return "No ENI of this node is known yet.\n";
    var table =
        new Table(
            "SUBNET", "ENIS", "ASSIGNED", "FREE", "COOLING", "QUARANTINED", "EXCLUDED", "TROUBLE");
    for (var subnet : subnets) {
      table.row(
          subnet.id,
          subnet.enis.size(),
          subnet.sum(Eni::getAssigned),
          subnet.sum(Eni::getFree),
          subnet.sum(Eni::getCooling),
          subnet.sum(Eni::getQuarantined),
          subnet.excluded() ? "yes" : "no",
          String.join(" ", subnet.conditions.stream().map(Condition::getName).toList()));
    }
    var text = new StringBuilder(table.text());
    for (var subnet : subnets) {
      for (var condition : subnet.conditions) {
        text.append('\n')
            .append(ConditionList.name(condition))
            .append(": ")
            .append(condition.getDetail())
            .append('\n');
        if (!condition.getNextStep().isEmpty()) {
          text.append("  What to do: ").append(condition.getNextStep()).append('\n');
        }
      }
    }
    return text.toString();
  }

  /** Writes the same as an object with one list. */
  public static JsonObject json(List<SubnetUse> subnets) {
    var list = new JsonArray();
    for (var subnet : subnets) {
      list.add(
          new JsonObject()
              .put("subnetId", subnet.id)
              .put("enis", new JsonArray(subnet.enis.stream().map(Eni::getEniId).toList()))
              .put("assigned", subnet.sum(Eni::getAssigned))
              .put("free", subnet.sum(Eni::getFree))
              .put("cooling", subnet.sum(Eni::getCooling))
              .put("quarantined", subnet.sum(Eni::getQuarantined))
              .put("excluded", subnet.excluded())
              .put("conditions", MessageJson.list("all", subnet.conditions).getJsonArray("all")));
    }
    return new JsonObject().put("subnets", list);
  }

  private boolean excluded() {
    return !enis.isEmpty() && enis.stream().allMatch(Eni::getExcluded);
  }

  private long sum(ToIntFunction<Eni> count) {
    return enis.stream().mapToLong(eni -> Integer.toUnsignedLong(count.applyAsInt(eni))).sum();
  }
}
