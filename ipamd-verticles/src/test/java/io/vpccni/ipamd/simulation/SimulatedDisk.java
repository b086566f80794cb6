package io.vpccni.ipamd.simulation;

import io.vpccni.ipamd.checkpoint.CheckpointDates.Dated;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.ipamd.pool.state.DurableForm;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.PoolState;
import java.time.Duration;
import java.util.Optional;

/** This is what survives a crash of the agent, and what a crash may do to it. */
final class SimulatedDisk {
  private final VirtualTime time;
  private final SimulatedNode node;
  private Dated content = Dated.withoutBoot(Durable.NOTHING);

  SimulatedDisk(VirtualTime time, SimulatedNode node) {
    this.time = time;
    this.node = node;
  }

  Durable content() {
    return content.durable();
  }

  Dated dated() {
    return content;
  }

  void write(long version, PoolState snapshot) {
    var durable = node.clock.dates().toDates(DurableForm.of(snapshot));
    int life = node.life();
    boolean fails = node.strikes(Fault.DISK_FULL, 60);
    time.in(
        Duration.ofMillis(node.chance.nextInt(8)),
        () -> {
          // A crash meanwhile: the rename may just have happened, or not.
          boolean alive = node.up && node.life() == life;
          if (!alive) {
            if (node.chance.nextBoolean() && node.life() == life + 1) {
              content = durable;
            }
          } else if (fails) {
            node.tell(
                new PoolEvent.SaveFailed(version, "no space left on device", node.clock.now()));
          } else {
            content = durable;
            node.tell(new PoolEvent.CheckpointSaved(version, node.clock.now()));
          }
        });
  }

  /** The node has crashed: it comes back, now and then without what it had written. */
  void crashed() {
    if (node.strikes(Fault.WALL_CLOCK_SET, 4)) node.clock.set();
    if (node.strikes(Fault.CHECKPOINT_LOST, 12)) {
      forget(Durable.NOTHING);
    } else if (node.strikes(Fault.REFERENCE_TOOK_OVER, 12)) {
      forget(
          new Durable(
              content.durable().holdings().stream().map(this::asTheReference).toList(),
              Optional.empty()));
    } else {
      time.in(Duration.ofMillis(100 + node.chance.nextInt(20_000)), () -> node.start(false));
    }
  }

  /**
   * What rested, and what was about to be given back, is known to nobody any more: documented, and
   * why the new process only comes when EC2 is done with the old one and its lists are of today.
   */
  private void forget(Durable left) {
    time.in(
        Duration.ofSeconds(40 + node.chance.nextInt(20)),
        () -> {
          content = Dated.withoutBoot(left);
          node.start(true);
        });
  }

  private Holding asTheReference(Holding ours) {
    return new Holding(
        ours.attachment(),
        ours.pod(),
        Wiring.UNKNOWN,
        ours.addresses().stream()
            .map(held -> HeldAddress.unplaced(held.ip(), held.networkCard()))
            .toList(),
        Optional.empty(),
        ours.assignedAt());
  }
}
