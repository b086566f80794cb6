package io.vpccni.ipamd.branch.service;

import io.vpccni.ipamd.checkpoint.Boot;
import io.vpccni.ipamd.checkpoint.CheckpointDates;
import io.vpccni.ipamd.checkpoint.CheckpointFiles;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.json.Json;
import io.vpccni.ipamd.json.MalformedJson;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.BranchEni;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.time.ElapsedClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the file that lists the pods with branch ENIs. It is a file of its own, since the reference
 * remembers no such pods and its checkpoint has no place for them. All methods block and are called
 * by one thread at a time.
 */
final class BranchFile {
  static final String NAME = "branch-pods.json";

  private static final Logger log = LoggerFactory.getLogger(BranchFile.class);
  private static final String VERSION = "vpc-cni-branch-pods/1";

  private final CheckpointFiles files;
  private final ElapsedClock clock;
  private final CheckpointDates dates;

  /**
   * Names the file.
   *
   * @param checkpoint the pool's: this file is beside it
   */
  BranchFile(Path checkpoint, ElapsedClock clock, CheckpointDates dates) {
    this.clock = clock;
    this.dates = dates;
    this.files = new CheckpointFiles(checkpoint.resolveSibling(NAME));
  }

  /**
   * This is what the file holds.
   *
   * @param instance the one that wrote it; empty while IMDS has not named it, and in a file of an
   *     earlier version
   * @param boot the boot that its dates are relative to, if it tells
   * @param givenHere those of the pods that were added since this machine has booted, and so by an
   *     agent that ran on it
   */
  record Content(
      Optional<String> instance,
      Optional<Boot> boot,
      List<Holding> pods,
      Set<Attachment> givenHere) {
    static final Content NOTHING = new Content(Optional.empty(), Optional.empty(), List.of());

    Content {
      pods = List.copyOf(pods);
      givenHere = Set.copyOf(givenHere);
    }

    Content(Optional<String> instance, Optional<Boot> boot, List<Holding> pods) {
      this(instance, boot, pods, Set.of());
    }
  }

  /**
   * Reads the list. A file that cannot be understood is put aside: those pods then end by what the
   * runtime says.
   */
  Content load() throws IOException {
    var text = files.read().get(0);
    var unreadable = files.unreadable().get(0);
    if (unreadable != null) return setAside(unreadable);
    if (text == null) return Content.NOTHING;
    try {
      var read = decode(text);
      var pods = read.pods().stream().map(pod -> fromDate(pod, read.boot())).toList();
      var givenHere =
          pods.stream()
              .filter(pod -> dates.isSinceBoot(pod.assignedAt(), read.boot()))
              .map(Holding::attachment)
              .collect(Collectors.toSet());
      return new Content(read.instance(), read.boot(), pods, givenHere);
    } catch (MalformedJson | IllegalArgumentException odd) {
      return setAside(String.valueOf(odd.getMessage()));
    }
  }

  private Content setAside(String why) throws IOException {
    var aside = files.setAside(0, clock.date(clock.instant()));
    log.atError()
        .addKeyValue(LogKeys.WHY, why)
        .addKeyValue(LogKeys.KEPT_AS, aside)
        .log("The list of pods with branch ENIs is unreadable");
    return Content.NOTHING;
  }

  /** Writes the list; it is durable when this method returns. */
  void save(Optional<String> instance, Collection<Holding> holdings) throws IOException {
    var dated =
        holdings.stream()
            .map(held -> held.withAssignedAt(dates.toDate(held.assignedAt())))
            .toList();
    files.write(Map.of(0, encode(new Content(instance, dates.boot(), dated))));
  }

  /** Keeps a copy of the file, which another instance wrote, and returns where. */
  Path copyAside(String instance) throws IOException {
    return files.copyAside(Durable.OF_INSTANCE, instance);
  }

  /** No pod was assigned in the future, as a wall clock that was set back would have it. */
  private Holding fromDate(Holding saved, Optional<Boot> boot) {
    var now = clock.instant();
    var at = dates.fromDate(saved.assignedAt(), boot);
    return saved.withAssignedAt(at.isBefore(now) ? at : now);
  }

  static String encode(Content content) {
    var document = new LinkedHashMap<String, @Nullable Object>();
    document.put("version", VERSION);
    content.instance().ifPresent(id -> document.put("instanceId", id));
    content
        .boot()
        .ifPresent(
            boot -> document.put("boot", Map.of("id", boot.id(), "at", boot.at().toEpochMilli())));
    document.put("pods", content.pods().stream().map(BranchFile::pod).toList());
    return Json.indented(document, 1) + "\n";
  }

  private static Map<String, @Nullable Object> pod(Holding holding) {
    var branch = holding.wiring().branch().orElseThrow();
    var held = holding.addresses().getFirst();
    var out = new LinkedHashMap<String, @Nullable Object>();
    out.put("containerID", holding.attachment().containerId());
    out.put("ifName", holding.attachment().ifName());
    out.put("networkName", holding.attachment().networkName());
    out.put("k8sPodNamespace", holding.pod().namespace());
    out.put("k8sPodName", holding.pod().name());
    out.put("netns", holding.wiring().netns());
    out.put("hostVeth", holding.wiring().hostVeths().getFirst());
    out.put("wiredBy", holding.wiring().by().name());
    out.put("ip", held.ip().toString());
    out.put("eni", held.eni().value());
    out.put("vlan", branch.vlan());
    out.put("mac", branch.mac());
    out.put("gateway", branch.gateway().toString());
    out.put("trunkMac", branch.trunkMac());
    out.put("strict", branch.strict());
    out.put("assignedAt", holding.assignedAt().toEpochMilli());
    return out;
  }

  static Content decode(String text) {
    var document = Json.object(text);
    var version = Json.text(document, "version");
    if (!version.equals(VERSION)) throw new MalformedJson("its version is \"" + version + "\"");
    var holdings = new ArrayList<Holding>();
    for (var pod : Json.asList(document.get("pods"))) holdings.add(holding(Json.asObject(pod)));
    var instance = Optional.of(Json.text(document, "instanceId")).filter(id -> !id.isEmpty());
    return new Content(instance, boot(document), holdings);
  }

  private static Optional<Boot> boot(Map<String, @Nullable Object> document) {
    if (!document.containsKey("boot")) return Optional.empty();
    var boot = Json.asObject(document.get("boot"));
    return Optional.of(new Boot(Json.text(boot, "id"), Instant.ofEpochMilli(number(boot, "at"))));
  }

  private static Holding holding(Map<String, @Nullable Object> in) {
    var branch =
        new BranchEni(
            Math.toIntExact(number(in, "vlan")),
            Json.text(in, "mac"),
            Ip.parse(Json.text(in, "gateway")),
            Json.text(in, "trunkMac"),
            Boolean.TRUE.equals(in.get("strict")));
    return new Holding(
        new Attachment(
            Json.text(in, "containerID"), Json.text(in, "ifName"), Json.text(in, "networkName")),
        new PodRef(Json.text(in, "k8sPodNamespace"), Json.text(in, "k8sPodName")),
        new Wiring(
            Json.text(in, "netns"),
            List.of(Json.text(in, "hostVeth")),
            Wiring.By.valueOf(Json.text(in, "wiredBy")),
            Optional.of(branch)),
        List.of(BranchEni.address(Ip.parse(Json.text(in, "ip")), new EniId(Json.text(in, "eni")))),
        Optional.empty(),
        Instant.ofEpochMilli(number(in, "assignedAt")));
  }

  private static long number(Map<String, @Nullable Object> in, String key) {
    if (in.get(key) instanceof Number number) return number.longValue();
    throw new MalformedJson(key + " is not a number");
  }
}
