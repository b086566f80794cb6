package io.vpccni.sim.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateChange;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.InstanceType;

/** Instances and their types, as AWS's own client sees them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AwsInstancesTest {
  private final AwsScene aws = new AwsScene();

  @AfterAll
  void close() {
    aws.close();
  }

  @Test
  void anInstanceIsBornWithItsPrimaryInterface() {
    var instance = aws.instance("m5.large");
    assertThat(instance.state().name())
        .as("as EC2 answers at once")
        .isEqualTo(InstanceStateName.PENDING);
    assertThat(state(instance.instanceId())).isEqualTo(InstanceStateName.RUNNING);
    assertThat(instance.instanceType()).isEqualTo(InstanceType.M5_LARGE);
    assertThat(instance.placement().availabilityZone()).isEqualTo("us-west-2b");
    assertThat(instance.tags()).containsExactly(AwsScene.tag("Name", "node"));
    var eni = instance.networkInterfaces().getFirst();
    assertThat(eni.attachment().deviceIndex()).isZero();
    assertThat(eni.attachment().deleteOnTermination()).isTrue();
    assertThat(eni.privateIpAddress()).isEqualTo(instance.privateIpAddress());
    assertThat(eni.groups().getFirst().groupName()).isEqualTo("nodes");
    var ended = aws.ask(ec2 -> ec2.terminateInstances(r -> r.instanceIds(instance.instanceId())));
    assertThat(ended.terminatingInstances().getFirst().currentState().name())
        .isEqualTo(InstanceStateName.SHUTTING_DOWN);
    assertThat(state(instance.instanceId())).isEqualTo(InstanceStateName.TERMINATED);
    aws.refused(
        "InvalidNetworkInterfaceID.NotFound",
        ec2 -> ec2.describeNetworkInterfaces(r -> r.networkInterfaceIds(eni.networkInterfaceId())));
  }

  @Test
  void instanceTypesSayWhatTheyHold() {
    var large =
        aws.ask(ec2 -> ec2.describeInstanceTypes(r -> r.instanceTypes(InstanceType.M5_LARGE)))
            .instanceTypes()
            .getFirst();
    assertThat(large.networkInfo().maximumNetworkInterfaces()).isEqualTo(3);
    assertThat(large.networkInfo().ipv4AddressesPerInterface()).isEqualTo(10);
    assertThat(large.hypervisorAsString()).isEqualTo("nitro");
    var cards =
        aws.ask(ec2 -> ec2.describeInstanceTypes(r -> r.instanceTypes(InstanceType.P4_D_24_XLARGE)))
            .instanceTypes()
            .getFirst()
            .networkInfo();
    assertThat(cards.networkCards()).hasSize(cards.maximumNetworkCards()).hasSize(4);
    aws.refused(
        "InvalidInstanceType",
        ec2 -> ec2.describeInstanceTypes(r -> r.instanceTypesWithStrings("x9.nano")));
  }

  @Test
  void anInstanceTakesItsTimeToComeAndGo() {
    aws.sim.admin(
        "PUT", "/admin/settings", "{\"instance\":{\"pendingMs\":60000,\"shuttingDownMs\":60000}}");
    try {
      var id = started().instanceId();
      assertThat(state(id)).isEqualTo(InstanceStateName.PENDING);
      assertThat(statuses(id)).isEmpty();
      aws.refused(
          "IncorrectState",
          ec2 ->
              ec2.attachNetworkInterface(
                  r -> r.instanceId(id).networkInterfaceId(newEni()).deviceIndex(1)));
      aws.sim.cloud.pass(Instant.now().plusSeconds(61));
      assertThat(state(id)).isEqualTo(InstanceStateName.RUNNING);
      assertThat(statuses(id)).containsExactly("ok");

      var ended = end(id);
      assertThat(ended.previousState().name()).isEqualTo(InstanceStateName.RUNNING);
      assertThat(ended.currentState().name()).isEqualTo(InstanceStateName.SHUTTING_DOWN);
      assertThat(state(id)).isEqualTo(InstanceStateName.SHUTTING_DOWN);
      aws.sim.cloud.pass(Instant.now().plusSeconds(122));
      var again = end(id);
      assertThat(again.previousState().name()).isEqualTo(InstanceStateName.TERMINATED);
      assertThat(again.currentState().name()).isEqualTo(InstanceStateName.TERMINATED);
    } finally {
      aws.sim.admin(
          "PUT", "/admin/settings", "{\"instance\":{\"pendingMs\":0,\"shuttingDownMs\":0}}");
    }
  }

  private Instance started() {
    return aws.ask(
            ec2 ->
                ec2.runInstances(
                    r ->
                        r.imageId("ami-0")
                            .instanceType("m5.large")
                            .minCount(1)
                            .maxCount(1)
                            .subnetId(aws.subnet)
                            .metadataOptions(
                                o -> o.httpTokens("optional").httpPutResponseHopLimit(3))))
        .instances()
        .getFirst();
  }

  private String newEni() {
    return aws.ask(ec2 -> ec2.createNetworkInterface(r -> r.subnetId(aws.subnet)))
        .networkInterface()
        .networkInterfaceId();
  }

  private InstanceStateName state(String id) {
    return described(id).state().name();
  }

  private Instance described(String id) {
    return aws.ask(ec2 -> ec2.describeInstances(r -> r.instanceIds(id)))
        .reservations()
        .getFirst()
        .instances()
        .getFirst();
  }

  private List<String> statuses(String id) {
    return aws
        .ask(ec2 -> ec2.describeInstanceStatus(r -> r.instanceIds(id)))
        .instanceStatuses()
        .stream()
        .map(status -> status.instanceStatus().statusAsString())
        .toList();
  }

  private InstanceStateChange end(String id) {
    return aws.ask(ec2 -> ec2.terminateInstances(r -> r.instanceIds(id)))
        .terminatingInstances()
        .getFirst();
  }

  @Test
  void anInstanceMayHaveItsMetadataServiceOtherwise() {
    var id = started().instanceId();
    assertThat(described(id).metadataOptions().httpTokensAsString()).isEqualTo("optional");
    assertThat(described(id).metadataOptions().httpPutResponseHopLimit()).isEqualTo(3);
    var modified =
        aws.ask(
            ec2 ->
                ec2.modifyInstanceMetadataOptions(
                    r -> r.instanceId(id).httpTokens("required").httpEndpoint("disabled")));
    assertThat(modified.instanceMetadataOptions().httpEndpointAsString()).isEqualTo("disabled");
    assertThat(described(id).metadataOptions().httpTokensAsString()).isEqualTo("required");
    assertThat(described(id).metadataOptions().httpPutResponseHopLimit()).isEqualTo(3);
  }
}
