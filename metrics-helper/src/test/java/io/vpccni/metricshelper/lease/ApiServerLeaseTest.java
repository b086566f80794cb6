package io.vpccni.metricshelper.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivex.rxjava3.processors.ReplayProcessor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.metricshelper.config.HelperConfig.Kubernetes;
import io.vpccni.metricshelper.leader.LeaderVerticle;
import io.vpccni.metricshelper.leader.Lease;
import io.vpccni.metricshelper.leader.LeaseStore;
import io.vpccni.metricshelper.pods.ApiServer;
import io.vpccni.sim.kubernetes.KubernetesApi;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The Lease of the simulated API server, which refuses what a real one refuses. */
class ApiServerLeaseTest {
  private final Vertx vertx = Vertx.vertx();
  private final KubernetesApi api = KubernetesApi.start(vertx, InstantSource.system()).await();
  private final ApiServer server =
      ApiServer.open(
          new Kubernetes(Optional.empty(), Optional.of(api.uri().toString()), "test"),
          "test",
          vertx);
  private final LeaseStore store = new ApiServerLease(server, vertx.getOrCreateContext());
  private final AtomicLong pause = new AtomicLong();

  @AfterEach
  void close() throws TimeoutException {
    server.close();
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void whatIsWrittenIsRead() throws TimeoutException {
    assertThat(await(store.read())).isEmpty();
    var at = Instant.parse("2026-01-02T03:04:05.000006Z");
    var made = await(store.write(new Lease("", "blue", Duration.ofSeconds(15), 0, at, at)));
    assertThat(made.version()).isNotEmpty();
    assertThat(await(store.read())).contains(made);
    assertThat(made.renewed()).isEqualTo(at);
  }

  @Test
  void aLeaseThatHasChangedIsNotOverwritten() throws TimeoutException {
    var lease = new Lease("", "blue", Duration.ofSeconds(15), 0, Instant.EPOCH, Instant.EPOCH);
    var made = await(store.write(lease));
    assertThatThrownBy(() -> await(store.write(lease))).hasMessageContaining("409");
    await(store.write(with(made, "green")));
    assertThatThrownBy(() -> await(store.write(with(made, "blue")))).hasMessageContaining("409");
    assertThat(await(store.read())).map(Lease::holder).contains("green");
  }

  private static Lease with(Lease lease, String holder) {
    return new Lease(
        lease.version(),
        holder,
        lease.duration(),
        lease.transitions(),
        lease.acquired(),
        lease.renewed().plusSeconds(1));
  }

  @Test
  void ofTwoReplicasOneLeadsAndTheOtherFollowsWhenItStops() throws TimeoutException {
    var blue = replica("blue", System::nanoTime);
    var id = await(vertx.deployVerticle(blue));
    assertThat(blue.leads()).isTrue();
    var green = replica("green", System::nanoTime);
    var changes = ReplayProcessor.<Boolean>create();
    green.changes().subscribe(changes);
    await(vertx.deployVerticle(green));
    assertThat(green.leads()).isFalse();
    await(vertx.undeploy(id));
    assertThat(blue.leads()).isFalse();
    assertThat(changes.timeout(30, TimeUnit.SECONDS).blockingFirst()).isTrue();
  }

  @Test
  void aReplicaThatWasPausedKnowsAtOnceThatItDoesNotLead() throws TimeoutException {
    var blue = replica("blue", () -> System.nanoTime() + pause.get());
    await(vertx.deployVerticle(blue));
    assertThat(blue.leads()).isTrue();
    api.refuse();
    pause.set(Duration.ofSeconds(10).toNanos());
    assertThat(blue.leads()).isFalse();
  }

  /** The roles of amazon-vpc-cni-k8s do not have this permission. */
  @Test
  void withoutPermissionForTheLeaseTheReplicaLeads() throws TimeoutException {
    api.fail(403);
    var blue = replica("blue", System::nanoTime);
    await(vertx.deployVerticle(blue));
    assertThat(blue.leads()).isTrue();
  }

  @Test
  void withoutAnApiServerNobodyLeads() throws TimeoutException {
    api.fail(503);
    var blue = replica("blue", System::nanoTime);
    await(vertx.deployVerticle(blue));
    assertThat(blue.leads()).isFalse();
  }

  private LeaderVerticle replica(String name, LongSupplier nanoTime) {
    return new LeaderVerticle(
        own -> new ApiServerLease(server, own), name, InstantSource.system(), nanoTime);
  }

  private static <T> T await(Future<T> future) throws TimeoutException {
    return future.await(60, TimeUnit.SECONDS);
  }
}
