package io.vpccni.ipamd.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.ec2.Ec2Reply.Described;
import io.vpccni.ipamd.ec2.Ec2Reply.EniCreated;
import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Request.AssignAddresses;
import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.ec2.Ec2Request.DescribeAttached;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens by itself, in virtual time. */
class UpkeepTest {
  private static final CreateEni NEW_ENI =
      new CreateEni(0, AddressKind.SECONDARY_IP, 1, Optional.empty());
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Ec2Settings DEFAULTS = Ec2Settings.defaults();

  private final VirtualTime time = new VirtualTime();
  private final FakeEc2 ec2 = new FakeEc2();
  private final List<ConditionChanged> conditions = new ArrayList<>();

  private Ec2Service service(Ec2Settings settings) {
    return new Ec2Service(
        ec2,
        ec2,
        settings,
        FakeEc2.NODE,
        Optional.empty(),
        time,
        time,
        new SplittableRandom(7),
        conditions::add);
  }

  private Ec2Service started(Ec2Settings settings) {
    var service = service(settings);
    assertThat(service.handle(new DescribeAttached()).result()).isInstanceOf(Described.class);
    return service;
  }

  private static Ec2Settings settings(boolean provisioning, boolean imdsOnly, boolean cleanup) {
    var d = Ec2Settings.defaults();
    return new Ec2Settings(
        d.endpoint(),
        d.tryTimeout(),
        d.overallTimeout(),
        d.version(),
        d.cluster(),
        d.additionalTags(),
        d.ipv6(),
        d.customNetworking(),
        d.subnetDiscovery(),
        provisioning,
        imdsOnly,
        cleanup,
        d.manageUntagged(),
        d.multiNic());
  }

  /**
   * The first run of the sweep comes within 300 s of the start, the next 1 h to 1 h 5 min later.
   */
  @Test
  void anIdleDayHasOneDescribePerHourAndNothingElse() {
    started(Ec2Settings.defaults());
    time.advance(Duration.ofMinutes(10));
    ec2.calls.clear();
    time.advance(Duration.ofHours(24));
    assertThat(ec2.calls)
        .hasSizeBetween(22, 24)
        .containsOnly("DescribeNetworkInterfaces tag-key,status,vpc-id");
  }

  @Test
  void anIdleHourWithoutTheSweepHasNoCallAtAll() {
    started(settings(true, false, false));
    time.advance(Duration.ofMinutes(10));
    ec2.calls.clear();
    time.advance(HOUR);
    assertThat(ec2.calls).isEmpty();
  }

  @Test
  void aStartAsksThreeTimes() {
    started(Ec2Settings.defaults());
    assertThat(ec2.calls)
        .containsExactlyInAnyOrder(
            "DescribeNetworkInterfaces attachment.instance-id",
            "DescribeSubnets vpc-1",
            "DescribeNetworkInterfaces tag:node.k8s.amazonaws.com/instance_id,status");
  }

  @Test
  void imdsOnlyModeNeverCallsEc2() {
    var service = service(settings(true, true, true));
    assertThat(service.handle(new DescribeAttached()).result())
        .isInstanceOfSatisfying(
            Ec2Reply.Hinted.class,
            hinted -> {
              assertThat(hinted.enis()).hasSize(1);
              assertThat(hinted.insteadOf()).isEmpty();
            });
    assertThat(service.handle(NEW_ENI).result())
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.code()).isEqualTo("ImdsOnlyMode"));
    time.advance(HOUR.multipliedBy(3));
    assertThat(ec2.calls).isEmpty();
  }

  @Test
  void withProvisioningOffEc2IsOnlyRead() {
    var service = started(settings(false, false, true));
    assertThat(
            service
                .handle(new AssignAddresses(new EniId("eni-1"), AddressKind.SECONDARY_IP, 1))
                .result())
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.code()).isEqualTo("ProvisioningDisabled"));
    ec2.groups = List.of("sg-2");
    time.advance(HOUR.multipliedBy(3));
    assertThat(ec2.calls).allMatch(call -> call.startsWith("Describe")).hasSize(2);
  }

  @Test
  void missingTagsAreAddedOnceAndOnlyThose() {
    ec2.put(ec2.primary().withTags(Map.of("mine", "x")));
    var service = started(Ec2Settings.defaults());
    time.advance(Duration.ofMinutes(2));
    service.handle(new DescribeAttached());
    assertThat(ec2.calls)
        .filteredOn(call -> call.startsWith("CreateTags"))
        .containsExactly("CreateTags eni-1 [node.k8s.amazonaws.com/instance_id]");
  }

  @Test
  void anEniThatMustNotBeManagedIsLeftAlone() {
    ec2.put(
        FakeEc2.eni("eni-9", Map.of(EniTags.NO_MANAGE, "true"))
            .attached(new EniView.Attachment("at-9", "i-1", 0, 4, "attached", false))
            .withGroups(List.of("sg-9")));
    var service = started(Ec2Settings.defaults());
    time.advance(HOUR);
    assertThat(ec2.calls).noneMatch(call -> call.contains("eni-9"));
    var described = (Described) service.handle(new DescribeAttached()).result();
    assertThat(described.enis())
        .filteredOn(eni -> eni.id().value().equals("eni-9"))
        .singleElement()
        .satisfies(eni -> assertThat(eni.managed()).isFalse());
  }

  @Test
  void changedSecurityGroupsAreAppliedOnceAndRetriedSlowlyAfterAFailure() {
    started(Ec2Settings.defaults());
    ec2.calls.clear();
    ec2.groups = List.of("sg-1", "sg-2");
    ec2.refusals.put("ModifyNetworkInterfaceAttribute", "UnauthorizedOperation");
    time.advance(Duration.ofMinutes(10));
    assertThat(modifications()).as("1, 2, 4 minutes apart, not each 30 s").isBetween(3L, 4L);
    ec2.refusals.clear();
    time.advance(Duration.ofMinutes(10));
    long healed = modifications();
    time.advance(Duration.ofMinutes(50));
    assertThat(modifications()).isEqualTo(healed);
    assertThat(ec2.primary().groups()).containsExactly("sg-1", "sg-2");
  }

  private long modifications() {
    return ec2.calls.stream().filter(call -> call.startsWith("Modify")).count();
  }

  @Test
  void whatADeadNodeLeftIsDeletedWhenItIsOldAndOursBeyondDoubt() {
    var old = created(Duration.ofMinutes(10));
    ec2.put(FakeEc2.eni("eni-old", old));
    ec2.put(FakeEc2.eni("eni-ageless", Map.of(EniTags.INSTANCE, "i-other")));
    ec2.put(
        FakeEc2.eni("eni-unreadable", Map.of(EniTags.INSTANCE, "i-o", EniTags.CREATED, "soon")));
    ec2.put(described(FakeEc2.eni("eni-foreign", old), "somebody else's"));
    started(settings(true, false, true));
    time.advance(Duration.ofMinutes(6));
    assertThat(ec2.enis.keySet())
        .extracting(EniId::value)
        .contains("eni-foreign")
        .doesNotContain("eni-old");
  }

  @Test
  void theSweepSparesTheYoungAndDatesTheAgeless() {
    var found =
        List.of(
            FakeEc2.eni("eni-old", created(Duration.ofMinutes(5))),
            FakeEc2.eni("eni-young", created(Duration.ofMinutes(4))),
            FakeEc2.eni("eni-ageless", Map.of()),
            FakeEc2.eni("eni-unreadable", Map.of(EniTags.CREATED, "soon")),
            described(FakeEc2.eni("eni-foreign", created(HOUR)), "somebody else's"));
    assertThat(LeakedEnis.old(found, time.instant()))
        .extracting(eni -> eni.id().value())
        .containsExactly("eni-old");
    assertThat(LeakedEnis.ageless(found))
        .extracting(eni -> eni.id().value())
        .containsExactly("eni-ageless", "eni-unreadable");
  }

  private Map<String, String> created(Duration ago) {
    return Map.of(
        EniTags.INSTANCE, "i-other", EniTags.CREATED, EniTags.createdAt(time.instant().minus(ago)));
  }

  private static EniView described(EniView eni, String description) {
    return new EniView(
        eni.id(),
        eni.mac(),
        eni.subnet(),
        eni.type(),
        description,
        eni.attachment(),
        eni.ipv4(),
        eni.ipv6(),
        eni.prefixes(),
        eni.groups(),
        eni.tags(),
        eni.tracking());
  }

  @Test
  void theSweepSearchesTheClusterWhereItsNameIsKnown() {
    var d = Ec2Settings.defaults();
    var named =
        new Ec2Settings(
            d.endpoint(),
            d.tryTimeout(),
            d.overallTimeout(),
            "",
            "prod",
            Map.of(),
            false,
            false,
            true,
            true,
            false,
            true,
            true,
            false);
    assertThat(LeakedEnis.anyNodes(FakeEc2.NODE, named))
        .containsEntry("tag:cluster.k8s.amazonaws.com/name", "prod")
        .containsEntry("status", "available")
        .containsEntry("vpc-id", "vpc-1")
        .containsEntry("tag-key", "node.k8s.amazonaws.com/instance_id");
    assertThat(EniTags.wanted(named, "i-1"))
        .isEqualTo(
            new TreeMap<>(
                Map.of(
                    "node.k8s.amazonaws.com/instance_id", "i-1",
                    "cluster.k8s.amazonaws.com/name", "prod",
                    "eks:eni:owner", "amazon-vpc-cni")));
  }

  @Test
  void anEniIsBelievedToBeThereWhileDescribeLagsBehindOurOwnAttach() {
    var service = started(Ec2Settings.defaults());
    var reply = service.handle(NEW_ENI);
    var created = ((EniCreated) reply.result()).eni().id();
    var shown = ec2.enis.remove(created);
    assertThat(shown).isNotNull();
    assertThat(ids(service)).contains(created);
    time.advance(KnownEnis.TRUST.plusSeconds(1));
    assertThat(ids(service)).doesNotContain(created);
  }

  private static List<EniId> ids(Ec2Service service) {
    return ((Described) service.handle(new DescribeAttached()).result())
        .enis().stream().map(eni -> eni.id()).toList();
  }

  @Test
  void withoutDescribeSubnetsThePrimarySubnetIsUsed() {
    ec2.refusals.put("DescribeSubnets", "UnauthorizedOperation");
    var service = started(Ec2Settings.defaults());
    assertThat(service.handle(NEW_ENI).result()).isInstanceOf(EniCreated.class);
    assertThat(ec2.calls)
        .as("asked once, not before each create")
        .filteredOn(call -> call.startsWith("DescribeSubnets"))
        .hasSize(1);
  }

  @Test
  void anExcludedPrimarySubnetGetsNoEni() {
    ec2.subnetTags = Map.of("kubernetes.io/role/cni", "0");
    var service = started(Ec2Settings.defaults());
    assertThat(service.handle(NEW_ENI).result())
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.code()).isEqualTo("NoUsableSubnet"));
    assertThat(((Described) service.handle(new DescribeAttached()).result()).enis())
        .allMatch(eni -> eni.excluded());
  }

  @Test
  void aNewEniTakesGroupsAndConnectionTrackingOfThePrimary() {
    var tracking = new EniView.Tracking(Optional.of(350), Optional.empty(), Optional.of(45));
    var primary = ec2.primary();
    ec2.put(
        new EniView(
            primary.id(),
            primary.mac(),
            primary.subnet(),
            primary.type(),
            primary.description(),
            primary.attachment(),
            primary.ipv4(),
            primary.ipv6(),
            primary.prefixes(),
            primary.groups(),
            primary.tags(),
            tracking));
    ec2.groups = List.of("sg-1", "sg-2");
    var service = started(Ec2Settings.defaults());
    service.handle(NEW_ENI);
    service.handle(NEW_ENI);
    assertThat(ec2.wanted)
        .hasSize(2)
        .allSatisfy(
            ask -> {
              assertThat(ask.tracking()).isEqualTo(tracking);
              assertThat(ask.groups()).containsExactly("sg-1", "sg-2");
              assertThat(ask.description()).isEqualTo("aws-K8S-i-1");
            });
    assertThat(ec2.wanted).extracting(NewEni::token).doesNotHaveDuplicates();
    assertThat(ec2.calls)
        .contains("AttachNetworkInterface eni-new-1 1", "AttachNetworkInterface eni-new-2 2");
  }

  @Test
  void aDeviceIndexThatIsTakenIsNotTriedTwice() {
    var service = started(Ec2Settings.defaults());
    ec2.refusals.put("AttachNetworkInterface", "InvalidParameterValue");
    assertThat(service.handle(NEW_ENI).result()).isInstanceOf(Failed.class);
    assertThat(ec2.calls)
        .as("an index that EC2 refuses is somebody else's")
        .filteredOn(call -> call.startsWith("Attach"))
        .containsExactly(
            "AttachNetworkInterface eni-new-1 1",
            "AttachNetworkInterface eni-new-1 2",
            "AttachNetworkInterface eni-new-1 3",
            "AttachNetworkInterface eni-new-1 4");
    assertThat(ec2.enis).doesNotContainKey(new EniId("eni-new-1"));
  }

  @Test
  void deletingIsTriedAgainLaterWhenItFails() {
    var service = started(Ec2Settings.defaults());
    var created = ((EniCreated) service.handle(NEW_ENI).result()).eni().id();
    ec2.refusals.put("DeleteNetworkInterface", "UnauthorizedOperation");
    var freed = service.handle(new Ec2Request.FreeEni(created));
    time.advance(Duration.ofSeconds(10));
    assertThat(freed.result()).as("it is off the node").isEqualTo(new Ec2Reply.EniFreed(created));
    ec2.put(FakeEc2.eni(created.value(), Map.of(EniTags.INSTANCE, "i-1")));
    ec2.refusals.clear();
    time.advance(Duration.ofMinutes(5));
    assertThat(ec2.enis).doesNotContainKey(created);
  }

  @ParameterizedTest(name = "sweep {0}")
  @ValueSource(booleans = {true, false})
  void aLeftoverThatALaggingListHidIsFoundWithinFiveMinutes(boolean sweeps) {
    started(settings(true, false, sweeps));
    ec2.put(FakeEc2.eni("eni-late", EniTags.wantedOfNew(DEFAULTS, "i-1", time.instant())));
    ec2.put(FakeEc2.eni("eni-young", created(Duration.ZERO)));
    time.advance(Duration.ofMinutes(5));
    assertThat(ec2.enis.keySet())
        .as("another node's young one is spared")
        .extracting(EniId::value)
        .containsExactlyInAnyOrder("eni-1", "eni-young");
  }

  @ParameterizedTest(name = "sweep {0}")
  @ValueSource(booleans = {true, false})
  void anEniWhoseCreationIsNotAnsweredYetIsNotTakenForALeftover(boolean sweeps) {
    var service = started(settings(true, false, sweeps));
    var answer = Promise.<Void>promise();
    ec2.createAnswers = Optional.of(answer);
    var reply = service.handle(NEW_ENI);
    time.advance(Duration.ofMinutes(6));
    assertThat(ec2.enis).containsKey(new EniId("eni-new-1"));
    answer.complete();
    assertThat(reply.result()).isInstanceOf(EniCreated.class);
    ec2.put(FakeEc2.eni("eni-left", EniTags.wantedOfNew(DEFAULTS, "i-1", time.instant())));
    time.advance(Duration.ofMinutes(1));
    assertThat(ec2.enis).as("looked for again").doesNotContainKey(new EniId("eni-left"));
  }
}
