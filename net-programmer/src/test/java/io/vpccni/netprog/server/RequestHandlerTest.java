package io.vpccni.netprog.server;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vpccni.netprog.request.Request;
import io.vpccni.netprog.request.RequestReader;
import io.vpccni.netprog.request.SampleRequests;
import io.vpccni.rpc.wire.netprog.DeletePolicy;
import io.vpccni.rpc.wire.netprog.EnforcePolicy;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.Probe;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whoever may be slow is not in the way of those who are not. */
@ExtendWith(VertxExtension.class)
@Timeout(30)
class RequestHandlerTest {
  private static final Envelope PROBE =
      Envelope.newBuilder().setProbe(Probe.getDefaultInstance()).build();

  private final FakeKernel kernel = new FakeKernel(_ -> {});
  private final RequestHandler handler;

  RequestHandlerTest(Vertx vertx) {
    handler =
        new RequestHandler(
            vertx,
            new RequestReader(List.of(Path.of("/var/run/netns"))),
            kernel,
            _ -> Future.succeededFuture(true),
            new SilentPolicyAgent());
  }

  private static final class SilentPolicyAgent implements RequestHandler.Policy {
    @Override
    public Future<Boolean> enforce(Request.EnforcePolicy request) {
      return Promise.<Boolean>promise().future();
    }

    @Override
    public Future<Boolean> delete(Request.DeletePolicy request) {
      return Promise.<Boolean>promise().future();
    }
  }

  @Test
  void aSilentPolicyAgentKeepsNoPodWaiting() throws Exception {
    var enforce =
        EnforcePolicy.newBuilder()
            .setPodNamespace("default")
            .setPodName("p")
            .setMode("strict")
            .setInterfaceCount(1);
    var delete = DeletePolicy.newBuilder().setPodNamespace("default").setPodName("p");
    for (int i = 0; i < 20; i++) {
      handler.answer(Envelope.newBuilder().setEnforcePolicy(enforce).build());
      handler.answer(Envelope.newBuilder().setDeletePolicy(delete).build());
    }
    var attach = handler.answer(SampleRequests.attach(SampleRequests.pod()));
    assertThat(kernel.attaching).as("what has reached the kernel").hasSize(1);
    var attaching = kernel.attaching.take();
    attaching.result().complete(FakeKernel.attached(attaching.pod()));
    assertThat(attach.await(10, SECONDS).hasPodAttached()).isTrue();
  }

  @Test
  void aProbePassesTheRequestsThatWait() throws Exception {
    for (int i = 0; i < 16 + 512; i++) {
      handler.answer(SampleRequests.attach(SampleRequests.pod()));
    }
    assertThat(handler.answer(PROBE).await(10, SECONDS).hasProbed()).isTrue();
  }

  @Test
  void aProbeIsAnsweredByTheKernelsSideOnly() throws Exception {
    kernel.stuck = true;
    var probe = handler.answer(PROBE);
    var other = handler.answer(SampleRequests.sync(SampleRequests.host()));
    assertThat(other.await(10, SECONDS).hasHostApplied()).isTrue();
    assertThat(probe.isComplete()).isFalse();
  }
}
