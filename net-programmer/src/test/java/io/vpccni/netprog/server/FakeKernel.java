package io.vpccni.netprog.server;

import io.vpccni.netprog.desired.DetachedPod;
import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.Kernel;
import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.rpc.address.Cidr;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** A kernel that answers simple requests at once, and attaches when the test completes them. */
final class FakeKernel implements Kernel {
  record Attaching(PodState pod, CompletableFuture<Attached> result) {}

  final BlockingQueue<Attaching> attaching = new LinkedBlockingQueue<>();
  final Consumer<Event> listener;

  /** Pods are attached without the test's doing. */
  volatile boolean attachesAtOnce;

  /** A probe is not answered. */
  volatile boolean stuck;

  FakeKernel(Consumer<Event> listener) {
    this.listener = listener;
  }

  static Attached attached(PodState pod) {
    var wired =
        pod.interfaces().stream()
            .map(
                one ->
                    new Wired(
                        one.ifName(),
                        one.hostVeth(),
                        new Mac(0x020000000001L),
                        new Mac(0x020000000002L)))
            .toList();
    return new Attached(wired, Duration.ofNanos(400_123));
  }

  @Override
  public CompletionStage<HostApplied> sync(
      HostState host, List<PodState> pods, List<String> deletions) {
    return CompletableFuture.completedFuture(
        new HostApplied(Map.of("eni-2", 3, "eni-1", 2), List.of("eni-3"), pods.size(), "nftables"));
  }

  @Override
  public CompletionStage<HostApplied> applyHost(HostState host) {
    throw new IllegalStateException("a bug in the kernel's side");
  }

  @Override
  public CompletionStage<HostApplied> place(List<PodState> pods) {
    return CompletableFuture.completedFuture(
        new HostApplied(Map.of(), List.of(), pods.size(), "nftables"));
  }

  @Override
  public CompletionStage<Attached> attach(PodState pod) {
    var result = new CompletableFuture<Attached>();
    if (attachesAtOnce) result.complete(attached(pod));
    attaching.add(new Attaching(pod, result));
    return result.thenApply(attached -> attached); // like a real one, several stages deep
  }

  @Override
  public CompletionStage<List<String>> detach(DetachedPod pod) {
    return CompletableFuture.completedFuture(List.of(pod.interfaces().getFirst().hostVeth()));
  }

  @Override
  public CompletionStage<List<String>> check(PodState pod) {
    return CompletableFuture.completedFuture(
        List.of("no rule from " + pod.interfaces().getFirst().ip()));
  }

  @Override
  public CompletionStage<Listed> list() {
    return CompletableFuture.completedFuture(
        new Listed(
            List.of(new HostVeth("eni1", List.of("10.0.1.20"))),
            List.of(new HostAddress(Cidr.parse("10.0.1.99/32"), "eth0"))));
  }

  @Override
  public CompletionStage<Void> probe() {
    return stuck ? new CompletableFuture<>() : CompletableFuture.completedFuture(null);
  }
}
