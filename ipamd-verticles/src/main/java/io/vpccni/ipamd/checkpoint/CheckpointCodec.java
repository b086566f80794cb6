package io.vpccni.ipamd.checkpoint;

import io.vpccni.ipamd.checkpoint.Fields.Malformed;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.Durable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Translates between the pool's durable part and the checkpoint's text: the JSON of
 * amazon-vpc-cni-k8s, so that either agent can go on with the other's file, and a member {@code
 * agent} in card 0's file, which the reference ignores and drops. It is pure; the files themselves
 * are {@link CheckpointFiles}.
 */
public final class CheckpointCodec {
  /** The reference writes this version; a file with another one is not read. */
  static final String VERSION = "vpc-cni-ipam/1";

  private static final long NANOS = 1_000_000_000;

  private CheckpointCodec() {}

  /**
   * This is what the files say.
   *
   * @param boot the boot that the dates of the files are relative to, if they tell
   * @param unreadable why a card's file could not be used at all; put it aside
   * @param problems what was left out of files that could be read, for people
   */
  public record Decoded(
      Durable durable,
      Optional<Boot> boot,
      Map<Integer, Unreadable> unreadable,
      List<String> problems) {
    public Decoded {
      unreadable = Map.copyOf(unreadable);
      problems = List.copyOf(problems);
    }
  }

  /**
   * Says why a file is of no use. Nothing of it is believed: the pool is rebuilt from EC2 and
   * links.
   */
  public sealed interface Unreadable {
    String why();

    /** The file has no bytes at all: a write was cut off before the first one. */
    record Empty() implements Unreadable {
      @Override
      public String why() {
        return "it is empty";
      }
    }

    /** The text is not JSON, or not of this form: torn, damaged or edited. */
    record Damaged(String why) implements Unreadable {}

    /** The file was written by a program that we do not know. */
    record OtherVersion(String version) implements Unreadable {
      @Override
      public String why() {
        return "its version is \"" + version + "\", not \"" + VERSION + "\"";
      }
    }
  }

  /** Returns one text per network card, card 0 always among them; each ends with a newline. */
  public static Map<Integer, String> encode(CheckpointDates.Dated dated) {
    return new CheckpointWriter().encode(dated);
  }

  /** Reads the files' texts; it never throws, whatever they are. */
  public static Decoded decode(Map<Integer, String> texts) {
    var unreadable = new TreeMap<Integer, Unreadable>();
    var problems = new ArrayList<String>();
    var found = new LinkedHashMap<Attachment, Holding>();
    Optional<AgentReader.Found> agent = Optional.empty();
    for (var file : new TreeMap<>(texts).entrySet()) {
      int card = file.getKey();
      if (file.getValue().isBlank()) {
        unreadable.put(card, new Unreadable.Empty());
        continue;
      }
      try {
        var document = Fields.parse(file.getValue());
        var version = document.text("version");
        if (!version.equals(VERSION)) {
          unreadable.put(card, new Unreadable.OtherVersion(version));
          continue;
        }
        var read = new LinkedHashMap<>(found);
        allocations(document, card, read, problems);
        found = read;
        if (card == 0) {
          agent = AgentReader.read(document, problems);
        }
      } catch (Malformed damaged) {
        unreadable.put(card, new Unreadable.Damaged(String.valueOf(damaged.getMessage())));
      }
    }
    var extra = agent;
    var holdings =
        found.values().stream()
            .map(holding -> extra.map(known -> known.complete(holding)).orElse(holding))
            .toList();
    return new Decoded(
        new Durable(holdings, agent.map(AgentReader.Found::agent)),
        agent.flatMap(AgentReader.Found::boot),
        unreadable,
        problems);
  }

  private static void allocations(
      Fields document, int card, Map<Attachment, Holding> found, List<String> problems)
      throws Malformed {
    for (var entry : document.objects("allocations")) {
      try {
        var one = holding(entry, card);
        found.merge(one.attachment(), one, CheckpointCodec::together);
      } catch (Malformed unusable) {
        // One line that somebody mistyped must not cost the other pods their addresses.
        problems.add("card " + card + ": " + unusable.getMessage() + ": the entry is left out");
      }
    }
  }

  private static Holding holding(Fields entry, int card) throws Malformed {
    var attachment =
        new Attachment(entry.text("containerID"), entry.text("ifName"), entry.text("networkName"));
    var ip = entry.ip(entry.has("ipv6") ? "ipv6" : "ipv4");
    var pod = PodRef.UNKNOWN;
    if (entry.has("metadata")) {
      var metadata = entry.object("metadata");
      pod = new PodRef(metadata.text("k8sPodNamespace"), metadata.text("k8sPodName"));
    }
    return new Holding(
        attachment,
        pod,
        Wiring.UNKNOWN,
        List.of(HeldAddress.unplaced(ip, card)),
        Optional.empty(),
        instant(entry.number("allocationTimestamp")));
  }

  /** A multi-NIC pod has an entry in the file of each card. */
  private static Holding together(Holding one, Holding more) {
    var addresses = new ArrayList<>(one.addresses());
    addresses.addAll(more.addresses());
    return new Holding(
        one.attachment(), one.pod(), one.wiring(), addresses, one.egress(), one.assignedAt());
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
  }
}
