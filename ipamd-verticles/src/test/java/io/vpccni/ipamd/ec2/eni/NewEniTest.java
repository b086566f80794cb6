package io.vpccni.ipamd.ec2.eni;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.ec2.Ec2Reply.Described;
import io.vpccni.ipamd.ec2.Ec2Reply.EniCreated;
import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.ec2.Ec2Request.CustomNetwork;
import io.vpccni.ipamd.ec2.ExpectedReplies;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.ec2.api.NewEni;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.rpc.address.Cidr;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * These tests show where a new ENI is created, with what, and what is believed of it, in virtual
 * time.
 */
class NewEniTest {
  private final QuietNode node = new QuietNode();

  @Test
  void anEniIsBelievedToBeThereWhileDescribeLagsBehindOurOwnAttach() {
    var service = node.started(DefaultSettings.ec2());
    var reply = service.create(QuietNode.NEW_ENI);
    var created = ExpectedReplies.created(reply.result()).id();
    var shown = node.ec2.enis.remove(created);
    assertThat(shown).isNotNull();
    assertThat(QuietNode.ids(service)).contains(created);
    node.time.advance(NodeEnis.TRUST.plusSeconds(1));
    assertThat(QuietNode.ids(service)).doesNotContain(created);
  }

  @Test
  void whoAsksWhileEc2IsBeingAskedGetsThatAnswer() {
    var service = node.started(QuietNode.DEFAULTS);
    node.ec2.calls.clear();
    var answer = Promise.<Void>promise();
    node.ec2.searchAnswers = Optional.of(answer);
    var all = List.of(service.describe(), service.describe(), service.describe());
    assertThat(all).noneMatch(Future::isComplete);
    answer.complete();
    assertThat(all).allMatch(reply -> reply.result() instanceof Described);
    assertThat(node.ec2.calls)
        .filteredOn(call -> call.contains("attachment.instance-id"))
        .hasSize(1);
  }

  @Test
  void withoutDescribeSubnetsThePrimarySubnetIsUsed() {
    node.ec2.refusals.put("DescribeSubnets", "UnauthorizedOperation");
    var service = node.started(DefaultSettings.ec2());
    assertThat(service.create(QuietNode.NEW_ENI).result()).isInstanceOf(EniCreated.class);
    assertThat(node.ec2.calls)
        .as("asked once, not before each create")
        .filteredOn(call -> call.startsWith("DescribeSubnets"))
        .hasSize(1);
  }

  @Test
  void anExcludedPrimarySubnetGetsNoEni() {
    node.ec2.subnetTags = Map.of("kubernetes.io/role/cni", "0");
    var service = node.started(DefaultSettings.ec2());
    assertThat(service.create(QuietNode.NEW_ENI).result())
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.code()).isEqualTo("NoUsableSubnet"));
    assertThat(ExpectedReplies.described(service.describe().result()))
        .allMatch(eni -> eni.excluded());
  }

  @Test
  void aNewEniTakesGroupsAndConnectionTrackingOfThePrimary() {
    var tracking = new EniView.Tracking(Optional.of(350), Optional.empty(), Optional.of(45));
    var primary = node.ec2.primary();
    node.ec2.put(
        new EniView(
            primary.id(),
            primary.mac(),
            primary.subnet(),
            primary.type(),
            primary.attachment(),
            primary.addresses(),
            primary.labels(),
            new EniView.Security(primary.groups(), tracking)));
    node.ec2.groups = List.of("sg-1", "sg-2");
    var service = node.started(DefaultSettings.ec2());
    service.create(QuietNode.NEW_ENI);
    service.create(QuietNode.NEW_ENI);
    assertThat(node.ec2.wanted)
        .hasSize(2)
        .allSatisfy(
            ask -> {
              assertThat(ask.tracking()).isEqualTo(tracking);
              assertThat(ask.groups()).containsExactly("sg-1", "sg-2");
              assertThat(ask.description()).isEqualTo("aws-K8S-i-1");
            });
    assertThat(node.ec2.wanted).extracting(NewEni::token).doesNotHaveDuplicates();
    assertThat(node.ec2.calls)
        .contains("AttachNetworkInterface eni-new-1 1", "AttachNetworkInterface eni-new-2 2");
  }

  @Test
  void aDeviceIndexThatIsTakenIsNotTriedTwice() {
    var service = node.started(DefaultSettings.ec2());
    node.ec2.refusals.put("AttachNetworkInterface", "InvalidParameterValue");
    assertThat(service.create(QuietNode.NEW_ENI).result()).isInstanceOf(Failed.class);
    assertThat(node.ec2.calls)
        .as("an index that EC2 refuses is somebody else's")
        .filteredOn(call -> call.startsWith("Attach"))
        .containsExactly(
            "AttachNetworkInterface eni-new-1 1",
            "AttachNetworkInterface eni-new-1 2",
            "AttachNetworkInterface eni-new-1 3",
            "AttachNetworkInterface eni-new-1 4");
    assertThat(node.ec2.enis).doesNotContainKey(new EniId("eni-new-1"));
  }

  private static final Cidr BLOCK = Cidr.parse("10.0.3.0/24");

  /** Without the block nobody can route to the ENI, whose addresses would fail each ADD. */
  @Test
  void theBlockOfANewEnisSubnetIsThatOfImdsWhereSubnetsMayNotBeDescribed() {
    node.ec2.refusals.put("DescribeSubnets", "UnauthorizedOperation");
    node.ec2.imdsBlocks = Map.of(new SubnetId("subnet-1"), BLOCK);
    var service = node.started(DefaultSettings.ec2());
    assertThat(service.create(QuietNode.NEW_ENI).result())
        .isInstanceOfSatisfying(
            EniCreated.class, made -> assertThat(made.eni().subnetCidr()).contains(BLOCK));
  }

  @Test
  void theBlockOfASubnetThatIsYoungerThanTheListIsThatOfImds() {
    var service = node.started(DefaultSettings.ec2());
    var young = new SubnetId("subnet-young");
    node.ec2.imdsBlocks = Map.of(young, BLOCK);
    var custom = Optional.of(new CustomNetwork(young, List.of()));
    assertThat(service.create(new CreateEni(0, AddressKind.SECONDARY_IP, 1, custom)).result())
        .isInstanceOfSatisfying(
            EniCreated.class, made -> assertThat(made.eni().subnetCidr()).contains(BLOCK));
  }

  @Test
  void anUnknownBlockIsAConditionUntilImdsShowsIt() {
    node.ec2.refusals.put("DescribeSubnets", "UnauthorizedOperation");
    var service = node.started(DefaultSettings.ec2());
    service.create(QuietNode.NEW_ENI);
    assertThat(node.heard.conditions)
        .filteredOn(change -> change.name().equals("SubnetBlockUnknown"))
        .singleElement()
        .satisfies(
            change -> {
              assertThat(change.subject()).isEqualTo("subnet-1");
              assertThat(change.raised()).isTrue();
            });
    node.ec2.imdsBlocks = Map.of(new SubnetId("subnet-1"), BLOCK);
    service.describe();
    assertThat(node.heard.conditions)
        .filteredOn(change -> change.name().equals("SubnetBlockUnknown"))
        .last()
        .satisfies(change -> assertThat(change.raised()).isFalse());
  }

  @Test
  void theConditionOfASubnetEndsWithItsLastEni() {
    node.ec2.refusals.put("DescribeSubnets", "UnauthorizedOperation");
    var service = node.started(DefaultSettings.ec2());
    var made = ExpectedReplies.created(service.create(QuietNode.NEW_ENI).result()).id();
    node.time.advance(Duration.ofMinutes(10));
    node.ec2.enis.remove(made);
    service.describe();
    assertThat(node.heard.conditions)
        .filteredOn(change -> change.name().equals("SubnetBlockUnknown"))
        .last()
        .satisfies(change -> assertThat(change.raised()).isFalse());
  }
}
