package io.vpccni.ipamd;

import static io.vpccni.ipamd.RealBus.await;

import io.vertx.core.Vertx;
import io.vpccni.ipamd.branch.service.BranchPodsVerticle;
import io.vpccni.ipamd.checkpoint.Checkpoint;
import io.vpccni.ipamd.checkpoint.CheckpointDates;
import io.vpccni.ipamd.checkpoint.CheckpointFiles;
import io.vpccni.ipamd.checkpoint.FileCheckpoint;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.dataplane.service.DataplaneVerticle;
import io.vpccni.ipamd.pool.CallIds;
import io.vpccni.ipamd.pool.service.PoolVerticle;
import io.vpccni.rpc.time.ElapsedClock;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Puts the real pool and its data plane on a bus, without the sockets and without a cloud. */
final class PoolVerticles {
  private PoolVerticles() {}

  /** Deploys them in the agent's order, and returns the ids of the deployments. */
  static List<String> deploy(
      Vertx vertx, AgentConfig config, Checkpoint checkpoint, ElapsedClock clock, CallIds ids) {
    var branchPods =
        new BranchPodsVerticle(
            config.process().checkpoint(), clock, new CheckpointDates(clock, Optional.empty()));
    return List.of(
        await(vertx.deployVerticle(branchPods)),
        await(vertx.deployVerticle(new DataplaneVerticle(config))),
        await(vertx.deployVerticle(new PoolVerticle(config, checkpoint, clock, ids))));
  }

  static FileCheckpoint files(Path folder) {
    return new FileCheckpoint(
        new CheckpointFiles(folder.resolve("ipam.json")),
        new CheckpointDates(ElapsedClock.system(), Optional.empty()));
  }
}
