package io.vpccni.metricshelper.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vpccni.metricshelper.config.HelperConfig.Given;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterIdentityTest {
  private static final InstanceIdentity INSTANCE = new InstanceIdentity("i-1", "eu-west-1");

  @Test
  void whatIsGivenIsNotAskedFor() {
    var found =
        ClusterIdentity.find(
            new Given(Optional.of("blue"), Optional.of("us-west-2")),
            () -> Future.failedFuture("IMDS must not be asked"),
            _ -> Future.failedFuture("EC2 must not be asked"));
    assertThat(found.result()).isEqualTo(new ClusterIdentity("blue", "us-west-2"));
  }

  @Test
  void theFirstTagNamesTheCluster() {
    assertThat(named(Map.of("Name", "node", "CLUSTER_ID", "id", "eks:cluster-name", "eks")))
        .isEqualTo("eks");
    assertThat(named(Map.of("Name", "node", "CLUSTER_ID", "id"))).isEqualTo("id");
    assertThat(named(Map.of("Name", "node", "CLUSTER_ID", ""))).isEqualTo("node");
  }

  @Test
  void aTagThatCloudWatchWouldRefuseIsPassedOver() {
    assertThat(named(Map.of("eks:cluster-name", "café", "Name", "node"))).isEqualTo("node");
  }

  @Test
  void aClusterWithoutANameHasTheReferencesName() {
    assertThat(named(Map.of())).isEqualTo("k8s-cluster");
  }

  @Test
  void withoutThePermissionForTagsItHasThatNameToo() {
    var found =
        ClusterIdentity.find(
            new Given(Optional.empty(), Optional.empty()),
            () -> Future.succeededFuture(INSTANCE),
            _ -> Future.failedFuture("UnauthorizedOperation"));
    assertThat(found.result()).isEqualTo(new ClusterIdentity("k8s-cluster", "eu-west-1"));
  }

  @Test
  void withoutImdsTheStartFails() {
    var found =
        ClusterIdentity.find(
            new Given(Optional.of("blue"), Optional.empty()),
            () -> Future.failedFuture("IMDS is away"),
            _ -> Future.succeededFuture(Map.of()));
    assertThat(found.cause()).hasMessage("IMDS is away");
  }

  @Test
  void theDocumentIsRead() {
    assertThat(InstanceIdentity.parse("{\"region\":\"eu-west-1\",\"instanceId\":\"i-1\",\"x\":1}"))
        .contains(INSTANCE);
    assertThat(InstanceIdentity.parse("{\"region\":\"\",\"instanceId\":\"i-1\"}")).isEmpty();
    assertThat(InstanceIdentity.parse("not JSON {")).isEmpty();
  }

  private static String named(Map<String, String> tags) {
    return ClusterIdentity.find(
            new Given(Optional.empty(), Optional.of("us-west-2")),
            () -> Future.succeededFuture(INSTANCE),
            _ -> Future.succeededFuture(tags))
        .result()
        .clusterId();
  }
}
