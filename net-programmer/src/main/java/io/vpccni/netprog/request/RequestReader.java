package io.vpccni.netprog.request;

import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.Pod;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads and validates requests; what it returns is safe to act on. */
public final class RequestReader {
  /**
   * EC2's largest instances hold about 750 addresses on 15 ENIs. Prefixes allow more, but kubelet
   * stops at some hundreds of pods.
   */
  private static final int MOST_PODS = 5000;

  /** The setting may have these values, typed in any case; the policy agent gets it unchanged. */
  private static final Set<String> POLICY_MODES = Set.of("none", "standard", "strict");

  private static final Field ROOT = new Field("");

  private final PodReader pods;

  /**
   * Accepts namespaces in these folders.
   *
   * @param netnsFolders absolute folders that a pod's namespace may be in, besides {@code
   *     /proc/PID/ns/net}
   */
  public RequestReader(List<Path> netnsFolders) {
    this.pods = new PodReader(netnsFolders);
  }

  /**
   * Reads one request.
   *
   * @throws Refusal with INVALID, the field and what is wrong with it
   */
  public Request read(Envelope envelope) throws Refusal {
    try {
      return request(envelope);
    } catch (Invalid invalid) {
      throw new Refusal(Refusal.Kind.INVALID, envelope.getBodyCase() + ": " + invalid.getMessage());
    }
  }

  private Request request(Envelope envelope) {
    return switch (envelope.getBodyCase()) {
      case SYNC -> {
        var sync = envelope.getSync();
        yield new Request.Sync(
            HostReader.read(ROOT.in("host"), sync.getHost()),
            all(ROOT.in("pods"), sync.getPodsList()),
            veths(ROOT.in("deletions"), sync.getDeletionsList()));
      }
      case APPLY_HOST ->
          new Request.ApplyHost(
              HostReader.read(ROOT.in("host"), envelope.getApplyHost().getHost()));
      case PLACE_PODS ->
          new Request.Place(all(ROOT.in("pods"), envelope.getPlacePods().getPodsList()));
      case ATTACH_POD ->
          new Request.Attach(pods.made(ROOT.in("pod"), envelope.getAttachPod().getPod()));
      case DETACH_POD ->
          new Request.Detach(pods.leaving(ROOT.in("pod"), envelope.getDetachPod().getPod()));
      case CHECK_POD ->
          new Request.Check(pods.whole(ROOT.in("pod"), envelope.getCheckPod().getPod()));
      case LIST_PODS -> new Request.ListPods();
      case PROBE -> new Request.Probe();
      case INSTALL_CONFLIST ->
          new Request.InstallConflist(envelope.getInstallConflist().getContent());
      case ENFORCE_POLICY -> {
        var enforce = envelope.getEnforcePolicy();
        if (!POLICY_MODES.contains(enforce.getMode().toLowerCase(Locale.ROOT))) {
          throw ROOT.in("mode")
              .invalid("is not one of none, standard, strict: " + Invalid.shown(enforce.getMode()));
        }
        yield new Request.EnforcePolicy(
            ROOT.in("pod_namespace").dnsName(enforce.getPodNamespace()),
            ROOT.in("pod_name").dnsName(enforce.getPodName()),
            enforce.getMode(),
            ROOT.in("interface_count").between(enforce.getInterfaceCount(), 1, 64));
      }
      case DELETE_POLICY ->
          new Request.DeletePolicy(
              ROOT.in("pod_namespace").dnsName(envelope.getDeletePolicy().getPodNamespace()),
              ROOT.in("pod_name").dnsName(envelope.getDeletePolicy().getPodName()));
      case REFUSED,
          HOST_APPLIED,
          POD_ATTACHED,
          POD_DETACHED,
          POD_CHECKED,
          PODS_LISTED,
          CONFLIST_INSTALLED,
          POLICY_ANSWERED,
          PROBED,
          LINK_CHANGED,
          VETHS_DELETED,
          REPAIRED,
          HOST_ADDRESSES_CHANGED,
          BODY_NOT_SET ->
          throw new Invalid("body", "is not a request");
    };
  }

  private List<PodState> all(Field at, List<Pod> desired) {
    at.atMost(MOST_PODS, desired);
    var states = new ArrayList<PodState>(desired.size());
    for (int i = 0; i < desired.size(); i++) states.add(pods.hostPart(at.at(i), desired.get(i)));
    return states;
  }

  private static List<String> veths(Field at, List<String> names) {
    at.atMost(MOST_PODS, names);
    var veths = new ArrayList<String>(names.size());
    for (int i = 0; i < names.size(); i++) veths.add(at.at(i).anyVeth(names.get(i)));
    return veths;
  }
}
