package io.vpccni.ipamd.checkpoint;

import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.ipamd.pool.Durable.SavedEni;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.minidev.json.JSONAware;

/**
 * Makes the checkpoint's texts. Each ADD and DEL writes the whole of it, so the text of what did
 * not change is kept from one time to the next. It is for one thread.
 */
final class CheckpointWriter {
  private static final BigInteger NANOS = BigInteger.valueOf(1_000_000_000);

  /** Holds JSON that is ready to be put between other values. */
  private record Text(String text) implements JSONAware {
    static Text of(Map<String, ?> object) {
      return new Text(Fields.write(object));
    }

    @Override
    public String toJSONString() {
      return text;
    }
  }

  /**
   * @param allocations one for each address, in their order
   * @param agent in the member of that name
   */
  private record PodTexts(List<Text> allocations, Text agent) {}

  private final EncodingCache<Attachment, Holding, PodTexts> pods = new EncodingCache<>();
  private final EncodingCache<EniId, SavedEni, Text> enis = new EncodingCache<>();

  /** Returns one text per network card, card 0 always among them; each ends with a newline. */
  Map<Integer, String> encode(CheckpointDates.Dated dated) {
    var durable = dated.durable();
    pods.nextRound();
    enis.nextRound();
    var byCard = new TreeMap<Integer, List<Text>>();
    byCard.put(0, new ArrayList<>());
    durable
        .agent()
        .flatMap(Durable.Agent::limits)
        .ifPresent(
            limits -> {
              for (int card = 1; card < limits.networkCards(); card++) {
                byCard.put(card, new ArrayList<>());
              }
            });
    var agentsPods = new ArrayList<Text>();
    for (var holding : durable.holdings()) agentsPods.add(texts(holding).agent);
    durable.holdings().stream()
        .sorted(Comparator.comparing(Holding::attachment))
        .forEach(holding -> addTo(byCard, holding, texts(holding).allocations));
    var texts = new TreeMap<Integer, String>();
    byCard.forEach(
        (card, allocations) -> {
          var document = new LinkedHashMap<String, Object>();
          document.put("version", CheckpointCodec.VERSION);
          document.put("allocations", allocations);
          if (card == 0) {
            durable
                .agent()
                .ifPresent(
                    agent ->
                        document.put(
                            "agent",
                            AgentWriter.write(agent, dated.boot(), enis(agent), agentsPods)));
          }
          texts.put(card, Fields.write(document) + "\n");
        });
    return texts;
  }

  private PodTexts texts(Holding holding) {
    return pods.of(
        holding.attachment(),
        holding,
        changed ->
            new PodTexts(
                changed.addresses().stream()
                    .map(held -> Text.of(allocation(changed, held)))
                    .toList(),
                Text.of(AgentWriter.pod(changed))));
  }

  private List<Text> enis(Durable.Agent agent) {
    return agent.enis().stream()
        .map(saved -> enis.of(saved.eni().id(), saved, eni -> Text.of(AgentWriter.eni(eni))))
        .toList();
  }

  private static void addTo(
      Map<Integer, List<Text>> byCard, Holding holding, List<Text> allocations) {
    for (int i = 0; i < allocations.size(); i++) {
      byCard
          .computeIfAbsent(holding.addresses().get(i).networkCard(), _ -> new ArrayList<>())
          .add(allocations.get(i));
    }
  }

  private static Map<String, Object> allocation(Holding holding, HeldAddress held) {
    var entry = new LinkedHashMap<String, Object>();
    entry.put("networkName", holding.attachment().networkName());
    entry.put("containerID", holding.attachment().containerId());
    entry.put("ifName", holding.attachment().ifName());
    entry.put(held.ip().v6() ? "ipv6" : "ipv4", held.ip().toString());
    entry.put("allocationTimestamp", nanos(holding.assignedAt()));
    var metadata = new LinkedHashMap<String, Object>();
    if (!holding.pod().namespace().isEmpty()) {
      metadata.put("k8sPodNamespace", holding.pod().namespace());
    }
    if (!holding.pod().name().isEmpty()) {
      metadata.put("k8sPodName", holding.pod().name());
    }
    metadata.put("interfacesCount", holding.addresses().size());
    entry.put("metadata", metadata);
    return entry;
  }

  /**
   * Returns Unix nanoseconds; a time that does not fit (it is beyond 2262) becomes the last that
   * does.
   */
  private static long nanos(Instant at) {
    var nanos =
        BigInteger.valueOf(at.getEpochSecond())
            .multiply(NANOS)
            .add(BigInteger.valueOf(at.getNano()));
    return nanos.bitLength() < Long.SIZE ? nanos.longValue() : Long.MAX_VALUE;
  }
}
