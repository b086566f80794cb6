package io.vpccni.ipamd.branch.service;

import io.vpccni.ipamd.branch.BranchPods;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.Durable;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lists the pods with branch ENIs, and decides what each call and each answer of IMDS makes of the
 * list. It is pure.
 *
 * @param pods the pods in the order in which they were added
 * @param inherited the pods of the file, until IMDS says that the file is of this instance
 * @param instance the instance that the list is of, as IMDS or else the file says
 */
record BranchPodList(
    Map<Attachment, Holding> pods, Set<Attachment> inherited, Optional<String> instance) {
  static final BranchPodList EMPTY = new BranchPodList(Map.of(), Set.of(), Optional.empty());

  BranchPodList {
    pods = Collections.unmodifiableMap(new LinkedHashMap<>(pods));
    inherited = Set.copyOf(inherited);
  }

  /** Takes over what an earlier process wrote. */
  static BranchPodList of(BranchFile.Content stored) {
    var pods = new LinkedHashMap<Attachment, Holding>();
    stored.pods().forEach(pod -> pods.put(pod.attachment(), pod));
    var inherited = new HashSet<>(pods.keySet());
    inherited.removeAll(stored.givenHere());
    return new BranchPodList(pods, inherited, stored.instance());
  }

  List<Holding> holdings() {
    return List.copyOf(pods.values());
  }

  /**
   * This is what follows from the name of the instance.
   *
   * @param foreign the file's instance, if the file came with an image or a snapshot of it
   * @param save whether the file must be written, so that it says whose it is
   */
  record Identified(BranchPodList next, Optional<Foreign> foreign, boolean save) {}

  /**
   * Another instance wrote the list, and its pods run there.
   *
   * @param other the instance that wrote it
   * @param here this instance
   * @param pods how many pods were dropped
   */
  record Foreign(String other, String here, int pods) {
    /** Returns what an operator is told. */
    String detail() {
      return "the list of pods with branch ENIs is of instance %s, and this is %s: its pods (%d) are left alone, and it is kept as %s%s%s"
          .formatted(other, here, pods, BranchFile.NAME, Durable.OF_INSTANCE, other);
    }
  }

  /**
   * Hears from IMDS which instance this is. What the list of another instance says is not acted on
   * any longer; pods that were added by this process stay.
   */
  Identified identified(String id) {
    var other = instance.filter(known -> !known.equals(id));
    var here = Optional.of(id);
    var next =
        new BranchPodList(
            other.isPresent() ? changed(left -> left.keySet().removeAll(inherited)) : pods,
            Set.of(),
            here);
    var foreign = other.map(known -> new Foreign(known, id, pods.size() - next.pods.size()));
    // A file without pods need not say whose they are.
    boolean save = !instance.equals(here) && (foreign.isPresent() || !next.pods.isEmpty());
    return new Identified(next, foreign, save);
  }

  /** This is what becomes of a pod that is to be added. */
  sealed interface Addition {
    /**
     * The pod is in the list.
     *
     * @param before what the attachment held before, or null if it is new
     */
    record Added(BranchPodList next, Holding holding, @Nullable Holding before)
        implements Addition {}

    /** Another interface has the pod's branch ENI, or the interface has another branch ENI. */
    record Refused(String why) implements Addition {}
  }

  Addition add(BranchPods.Keep asked, Instant now) {
    for (var other : pods.values()) {
      if (isSibling(other, asked)) {
        return new Addition.Refused(
            "the pod's branch ENI is already that of its interface " + other.attachment().ifName());
      }
    }
    for (var other : pods.keySet()) {
      if (isRival(other, asked)) {
        return new Addition.Refused(
            "the container's interface %s has a branch ENI already, which the network %s asked for: end that attachment first"
                .formatted(other.ifName(), other.networkName()));
      }
    }
    var before = pods.get(asked.attachment());
    var holding =
        new Holding(
            asked.attachment(),
            asked.pod(),
            BranchLinks.apart(asked, before, pods.values()),
            List.of(asked.held()),
            Optional.empty(),
            now);
    var mine = new HashSet<>(inherited);
    mine.remove(asked.attachment()); // it runs here
    var next =
        new BranchPodList(changed(left -> left.put(asked.attachment(), holding)), mine, instance);
    return new Addition.Added(next, holding, before);
  }

  /** Tells whether another interface of the same sandbox has the address that is asked for. */
  private static boolean isSibling(Holding other, BranchPods.Keep asked) {
    return other.attachment().containerId().equals(asked.attachment().containerId())
        && !other.attachment().equals(asked.attachment())
        && other.addresses().stream().anyMatch(held -> held.ip().equals(asked.held().ip()));
  }

  /** Tells whether another network has the same interface, of which the kernel has one. */
  private static boolean isRival(Attachment other, BranchPods.Keep asked) {
    return other.sameInterface(asked.attachment()) && !other.equals(asked.attachment());
  }

  /**
   * Takes back an addition that could not be written. What a later call has made of the attachment
   * stays.
   */
  BranchPodList undo(Addition.Added failed) {
    var holding = failed.holding();
    var before = failed.before();
    return with(
        changed(
            left -> {
              if (before == null) left.remove(holding.attachment(), holding);
              else left.replace(holding.attachment(), holding, before);
            }));
  }

  BranchPodList without(Attachment attachment) {
    return with(changed(left -> left.remove(attachment)));
  }

  private BranchPodList with(Map<Attachment, Holding> others) {
    return new BranchPodList(others, inherited, instance);
  }

  private Map<Attachment, Holding> changed(Consumer<Map<Attachment, Holding>> change) {
    var copy = new LinkedHashMap<>(pods);
    change.accept(copy);
    return copy;
  }
}
