package io.vpccni.ipamd.ec2.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vpccni.ipamd.ec2.Ec2Request.FreeEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.retry.Waiting;
import io.vpccni.sim.ec2.Attachment;
import io.vpccni.sim.faults.Fault;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The process ends while a call is at EC2. After the next start the ENI is a good one or none: none
 * stays unattached, none would outlive the instance.
 */
@ExtendWith(VertxExtension.class)
class CrashTest {
  /** Longer than any test waits: the answer finds nobody. */
  private static final Fault.Kind ANSWERED_TOO_LATE = new Fault.Kind.Delay(Duration.ofMinutes(10));

  @ParameterizedTest(name = "crash in {0} of {1} at a time, call done: {2} → {3} ENIs")
  @CsvSource({
    "CreateNetworkInterface, 1, false, 1",
    "CreateNetworkInterface, 1, true, 1",
    "CreateNetworkInterface, 2, true, 1",
    "AttachNetworkInterface, 1, false, 1",
    "AttachNetworkInterface, 1, true, 2",
    "AttachNetworkInterface, 2, false, 1",
    "AttachNetworkInterface, 2, true, 3",
    "ModifyNetworkInterfaceAttribute, 1, false, 2",
    "ModifyNetworkInterfaceAttribute, 1, true, 2",
    "ModifyNetworkInterfaceAttribute, 2, true, 3",
  })
  void aCrashWhileEnisAreCreatedLeavesGoodOnesOrNone(
      String action, int creations, boolean happens, int enis, Vertx vertx) {
    try (var node = new LoopbackNode(vertx, "m5.large").agent()) {
      node.describe();
      node.fault(
          happens
              ? Fault.always(action, ANSWERED_TOO_LATE)
              : Fault.always(action, new Fault.Kind.LoseRequest()));
      for (int i = 0; i < creations; i++) node.send(LoopbackNode.newEni(5));
      Waiting.within(action, () -> node.cloud.log().count(action) >= creations);
      node.crash();
      node.heal();

      node.agent().describe();
      Waiting.within("no ENI is left over", () -> node.available().isEmpty());
      Waiting.within(
          "every ENI goes with the instance",
          () ->
              node.attached().stream()
                  .allMatch(
                      eni -> eni.attachment().filter(Attachment::deleteOnTermination).isPresent()));
      assertThat(node.attached()).hasSize(enis);
      assertThat(node.describe()).hasSize(enis);
    }
  }

  @ParameterizedTest(name = "crash in {0}")
  @ValueSource(strings = {"DetachNetworkInterface", "DeleteNetworkInterface"})
  void aCrashWhileAnEniIsFreedLeavesNone(String action, Vertx vertx) {
    try (var node = new LoopbackNode(vertx, "m5.large").agent()) {
      node.describe();
      var eni = node.create(3);
      node.fault(
          action.startsWith("Detach")
              ? Fault.nth(1, action, ANSWERED_TOO_LATE)
              : Fault.always(action, new Fault.Kind.LoseRequest()));
      node.send(new FreeEni(new EniId(eni.id().value())));
      Waiting.within(action, () -> node.cloud.log().count(action) >= 1);
      node.crash();
      node.heal();

      node.agent().describe();
      Waiting.within("no ENI is left over", () -> node.available().isEmpty());
      assertThat(node.attached()).hasSize(1);
    }
  }
}
