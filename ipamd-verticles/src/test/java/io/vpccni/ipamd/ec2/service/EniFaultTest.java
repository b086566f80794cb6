package io.vpccni.ipamd.ec2.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Reply.EniFreed;
import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.Ec2Request.FreeEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.retry.Waiting;
import io.vpccni.sim.faults.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of an ENI when one of the calls that make it, set it up or free it fails. */
class EniFaultTest extends FaultyCloud {
  @ParameterizedTest(name = "answer to {0} lost → attached all the same")
  @ValueSource(
      strings = {
        "CreateNetworkInterface",
        "AttachNetworkInterface",
        "ModifyNetworkInterfaceAttribute"
      })
  void aLostAnswerIsMadeGoodByLookingNotByDoingItTwice(String action) {
    int before = node.attached().size();
    node.fault(Fault.nth(1, action, new Fault.Kind.LoseAnswer()));
    var eni = node.create(2);
    assertThat(node.attached()).hasSize(before + 1);
    assertThat(node.available()).isEmpty();
    assertThat(node.cloud.log().count("AttachNetworkInterface")).isEqualTo(1);
    assertThat(node.ask(new FreeEni(eni.id()))).isInstanceOf(EniFreed.class);
  }

  @ParameterizedTest(name = "attach refused with {0} → {1}, nothing left over")
  @CsvSource({
    "AttachmentLimitExceeded, LIMIT_EXCEEDED",
    "UnauthorizedOperation, UNAUTHORIZED",
    "InvalidParameterValue, PERMANENT",
    "InvalidNetworkInterface.InUse, PERMANENT",
  })
  void anEniThatCannotBeAttachedIsDeleted(String code, FailureKind kind) {
    node.fault(Fault.always("AttachNetworkInterface", Fault.refuse(code)));
    assertThat(node.ask(LoopbackNode.newEni(2)))
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.kind()).isEqualTo(kind);
              assertThat(failed.action()).isEqualTo("AttachNetworkInterface");
            });
    assertThat(node.available()).isEmpty();
  }

  @ParameterizedTest(name = "create refused with {0} → {1}, asked {2} times")
  @CsvSource({
    "InsufficientFreeAddressesInSubnet, SUBNET_EXHAUSTED, 1",
    "InsufficientCidrBlocks, SUBNET_EXHAUSTED, 1",
    "NetworkInterfaceLimitExceeded, PERMANENT, 1",
    "InvalidSubnetID.NotFound, PERMANENT, 1",
    "InvalidGroup.NotFound, PERMANENT, 1",
    "TagLimitExceeded, PERMANENT, 1",
    "IdempotentParameterMismatch, PERMANENT, 1",
    "UnauthorizedOperation, UNAUTHORIZED, 1",
  })
  void aRefusedCreateIsNotRepeated(String code, FailureKind kind, int times) {
    node.fault(Fault.always("CreateNetworkInterface", Fault.refuse(code)));
    assertThat(node.ask(LoopbackNode.newEni(2)))
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.kind()).isEqualTo(kind);
              assertThat(failed.subnet()).contains(node.subnet);
            });
    assertThat(node.cloud.log().count("CreateNetworkInterface")).isEqualTo(times);
  }

  @Test
  void withoutThePermissionToModifyTheEniIsUsedAllTheSame() {
    node.fault(
        Fault.always("ModifyNetworkInterfaceAttribute", Fault.refuse("UnauthorizedOperation")));
    var eni = node.create(2);
    Waiting.within(
        "the condition",
        () ->
            node.conditions.stream()
                .anyMatch(c -> c.subject().equals("ModifyNetworkInterfaceAttribute")));
    node.heal();
    node.ask(new FreeEni(eni.id()));
  }

  @Test
  void freeingAnEniThatIsGoneSucceedsAndThePrimaryIsNeverFreed() {
    assertThat(node.ask(new FreeEni(new EniId("eni-0123456789abcdef0"))))
        .isInstanceOf(EniFreed.class);
    assertThat(node.ask(new FreeEni(node.primary())))
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.code()).isEqualTo("NotOurs"));
  }
}
