package io.vpccni.netprog;

import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.Kernel;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.Refusal;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Puts the kernel's side together. */
final class Parts {
  private Parts() {}

  static Kernel kernel(Settings settings, Consumer<Kernel.Event> events) {
    return new Absent();
  }

  /** Refuses everything, in the open: this build has no kernel side yet. */
  private static final class Absent implements Kernel {
    @Override
    public CompletionStage<HostApplied> sync(
        HostState host, List<PodState> pods, List<String> deletions) {
      return no();
    }

    @Override
    public CompletionStage<HostApplied> applyHost(HostState host) {
      return no();
    }

    @Override
    public CompletionStage<List<Wired>> attach(PodState pod) {
      return no();
    }

    @Override
    public CompletionStage<List<String>> detach(PodState pod) {
      return no();
    }

    @Override
    public CompletionStage<List<String>> check(PodState pod) {
      return no();
    }

    @Override
    public CompletionStage<List<HostVeth>> list() {
      return no();
    }

    private static <T> CompletionStage<T> no() {
      return CompletableFuture.failedFuture(
          new Refusal(Refusal.Kind.FAILED, "this build has no kernel side"));
    }
  }
}
