package io.vpccni.ipamd.pool.size;

import static io.vpccni.ipamd.pool.scenario.PoolSettingsBuilder.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.Ec2Request;
import io.vpccni.ipamd.ec2.Ec2Request.AssignAddresses;
import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.ec2.Ec2Request.DescribeAttached;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import io.vpccni.ipamd.pool.scenario.PoolSettingsBuilder;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ENIs that pods need are created side by side, those that are only kept ready are not. */
class SideBySideTest {
  private static final Targets WARM_ENI = new Targets(1, 0, 0, 0);
  private static final Targets WARM_IP = new Targets(1, 1, 0, 0);
  private static final Targets WARM_PREFIX = new Targets(1, 0, 0, 1);

  private static final Duration SLICE = Duration.ofSeconds(5);

  private static Scenario burst(PoolSettingsBuilder settings, int enis, int slots, int pods) {
    var node = new Scenario(settings.build()).limits(enis, slots);
    node.holding.add(PoolCommand.AskEc2.class);
    node.starts();
    bound(node, pods);
    return answered(node);
  }

  /** Lets EC2 answer the oldest request. */
  private static Scenario answered(Scenario node) {
    node.perform(node.held.remove());
    return node.tell(new PoolEvent.Ticked(node.now));
  }

  private static void bound(Scenario node, int pods) {
    node.tell(
        new PoolEvent.PodsBound(
            IntStream.range(0, pods)
                .mapToObj(pod -> new PodRef("default", "p" + pod))
                .collect(Collectors.toUnmodifiableSet()),
            node.now));
  }

  private static <T extends Ec2Request> List<T> underWay(Scenario node, Class<T> kind) {
    return node.held.stream()
        .map(command -> ((PoolCommand.AskEc2) command).ask())
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  private static List<Integer> created(Scenario node) {
    return underWay(node, CreateEni.class).stream().map(CreateEni::count).toList();
  }

  private static PoolCommand.AskEc2 creation(Scenario node) {
    return (PoolCommand.AskEc2)
        node.held.stream()
            .filter(command -> ((PoolCommand.AskEc2) command).ask() instanceof CreateEni)
            .findFirst()
            .orElseThrow();
  }

  private static void succeeds(Scenario node) {
    var command = creation(node);
    node.held.remove(command);
    node.perform(command);
    node.tell(new PoolEvent.Ticked(node.now));
  }

  /** Time passes, and EC2 answers whoever asks what is there. */
  private static void passes(Scenario node, Duration duration) {
    var end = node.now.plus(duration);
    while (node.now.isBefore(end)) {
      var left = Duration.between(node.now, end);
      node.after(left.compareTo(SLICE) < 0 ? left : SLICE);
      for (var command : List.copyOf(node.held)) {
        if (((PoolCommand.AskEc2) command).ask() instanceof DescribeAttached) {
          node.held.remove(command);
          node.perform(command);
        }
      }
      node.tell(new PoolEvent.Ticked(node.now));
    }
  }

  private static void fails(Scenario node, FailureKind kind) {
    var command = creation(node);
    node.held.remove(command);
    node.tell(
        new PoolEvent.Ec2Answered(
            command.request(),
            new Ec2Reply.Failed("CreateNetworkInterface", "Code", "", kind, Optional.empty()),
            node.now));
  }

  @ParameterizedTest(name = "{0} pods on {1} ENIs with {2} slots: {3}")
  @CsvSource({
    // The first ENI takes 29; what is asked for beyond the pods is the warm ENI of later.
    "0, 8, 29, ''",
    "29, 8, 29, '29'",
    "30, 8, 29, '29'",
    "58, 8, 29, '29'",
    "59, 8, 29, '29 29'",
    "88, 8, 29, '29 29 29'",
    "110, 8, 29, '29 29 29'",
    "232, 8, 29, '29 29 29'",
    "110, 3, 29, '29 29'",
    "110, 1, 29, ''",
  })
  void demandDecidesHowMany(int pods, int enis, int slots, String created) {
    var node = burst(settings().targets(WARM_ENI), enis, slots, pods);
    assertThat(created(node)).isEqualTo(numbers(created));
    assertThat(underWay(node, AssignAddresses.class)).hasSize(1);
  }

  @ParameterizedTest(name = "{0} pods and one address to spare, 9 slots: {1}")
  @CsvSource({"8, ''", "9, '1'", "17, '9'", "18, '9'", "20, '9 3'", "40, '9 9 9'"})
  void withAddressTargetsEachIsAskedForWhatIsMissing(int pods, String created) {
    var node = burst(settings().targets(WARM_IP), 8, 9, pods);
    assertThat(created(node)).isEqualTo(numbers(created));
  }

  @Test
  void aNodeWhosePodsFillAllItsEnisIsNotFullWhileEc2IsAsked() {
    var node = burst(settings().targets(WARM_ENI), 3, 9, 20);
    assertThat(created(node)).hasSize(2);
    assertThat(node.state.conditions().values()).isEmpty();
  }

  @ParameterizedTest(name = "{0} pods with prefixes, 2 slots: {1}")
  @CsvSource({"16, ''", "32, '1'", "40, '2'", "80, '2 2'", "200, '2 2 2'"})
  void prefixesCountAsWhatTheyHold(int pods, String created) {
    var settings = settings().kind(AddressKind.IPV4_PREFIX).targets(WARM_PREFIX);
    assertThat(created(burst(settings, 8, 2, pods))).isEqualTo(numbers(created));
  }

  @ParameterizedTest(name = "no more than {0} at a time")
  @CsvSource({"1, 1", "2, 2", "3, 3", "7, 7", "9, 7"})
  void theSettingIsTheLimit(int setting, int most) {
    var node = burst(settings().createdAtOnce(setting), 8, 29, 232);
    assertThat(created(node)).hasSize(most);
    // Whatever happens meanwhile.
    node.after(Duration.ofSeconds(3));
    assertThat(created(node)).hasSize(most);
  }

  private static List<Integer> numbers(String text) {
    return text.isEmpty()
        ? List.of()
        : List.of(text.split(" ")).stream().map(Integer::valueOf).toList();
  }

  @Test
  void callsThatWaitAreDemandTooAndPodsThatAlsoWaitAreCountedOnce() {
    var node = burst(settings().targets(WARM_ENI), 8, 29, 60);
    assertThat(created(node)).hasSize(2);
    for (int pod = 0; pod < 60; pod++) node.add("p" + pod);
    assertThat(created(node)).hasSize(2);
    for (int pod = 60; pod < 90; pod++) node.add("p" + pod);
    assertThat(created(node)).hasSize(3);
  }

  @Test
  void theNextOneBeginsAsSoonAsOneIsThere() {
    var node = burst(settings().targets(WARM_ENI), 8, 29, 232);
    succeeds(node);
    assertThat(created(node)).hasSize(3);
    while (!node.held.isEmpty()) answered(node);
    assertThat(node.asked(CreateEni.class)).hasSize(7);
    node.shape("29,29,29,29,29,29,29,29");
  }

  @Test
  void whatIsOnlyKeptReadyComesOneAfterTheOther() {
    var node = burst(settings().targets(new Targets(4, 0, 0, 0)), 8, 29, 0);
    assertThat(created(node)).hasSize(1);
    node.after(Duration.ofSeconds(10));
    assertThat(created(node)).hasSize(1);
  }

  /** Its open slots are asked for when it is there, which costs no ENI. */
  @Test
  void noOtherIsCreatedForWhatOneThatIsBeingMadeCanHold() {
    var node = burst(settings().targets(WARM_IP), 8, 9, 9);
    assertThat(created(node)).containsExactly(1);
    bound(node, 17);
    assertThat(created(node)).containsExactly(1);
    bound(node, 19);
    assertThat(created(node)).hasSize(2);
  }

  @Test
  void aRequestThatFillsAnEniDoesNotWaitForTheOneBeforeIt() {
    var node = new Scenario(settings().targets(WARM_IP).build()).limits(3, 9);
    node.ec2.attach(FakeEc2.eni("eni-0", 0, 0, List.of()));
    node.ec2.attach(FakeEc2.eni("eni-1", 0, 1, List.of()));
    node.holding.add(PoolCommand.AskEc2.class);
    answered(node.starts());
    assertThat(underWay(node, AssignAddresses.class)).hasSize(1);
    bound(node, 9);
    assertThat(underWay(node, AssignAddresses.class)).hasSize(1);
    bound(node, 10);
    assertThat(underWay(node, AssignAddresses.class)).hasSize(2);
  }

  @Test
  void oneThatFailsHoldsUpNoOther() {
    var node = burst(settings().targets(WARM_ENI), 8, 29, 110);
    for (int pod = 0; pod < 110; pod++) node.add("p" + pod);
    answered(node);
    node.after(Duration.ofMillis(300));
    fails(node, FailureKind.PERMANENT);
    node.after(Duration.ofMillis(300));
    succeeds(node);
    succeeds(node);
    assertThat(node.adds.values()).hasSize(87).allMatch(AssignReply.Granted.class::isInstance);
    // The two that came late do not show that the third would succeed now.
    passes(node, Duration.ofSeconds(20));
    assertThat(created(node)).isEmpty();
  }

  @ParameterizedTest(name = "after {0} one is tried at a time, each pause twice as long")
  @CsvSource({
    "UNAUTHORIZED, 60, 120, 240",
    "PERMANENT, 30, 60, 120",
    "SUBNET_EXHAUSTED, 120, 240, 480",
    "THROTTLED, 2, 4, 8",
  })
  void threeThatFailAreOneFailure(FailureKind kind, int first, int second, int third) {
    var node = burst(settings().targets(WARM_ENI), 8, 29, 232);
    answered(node);
    passes(node, Duration.ofMillis(10));
    for (int i = 0; i < 3; i++) fails(node, kind);
    for (int pause : List.of(first, second, third)) {
      passes(node, Duration.ofMillis(pause * 1000L - 10));
      assertThat(created(node)).isEmpty();
      passes(node, Duration.ofMillis(20));
      assertThat(created(node)).hasSize(1);
      passes(node, Duration.ofMillis(10));
      assertThat(created(node)).hasSize(1);
      fails(node, kind);
    }
    passes(node, Duration.ofMillis(Math.min(third * 2, 600) * 1000L + 10));
    succeeds(node);
    assertThat(created(node)).as("after a success").hasSize(3);
  }

  @Test
  void cardsShareTheLimit() {
    var node = new Scenario(settings().targets(WARM_IP).multiNic().build());
    node.tell(new PoolEvent.LimitsKnown(new Limits(4, 4, 2), node.now));
    node.holding.add(PoolCommand.AskEc2.class);
    node.starts();
    bound(node, 12);
    answered(node);
    // Two for the pods of the first card; the other one's warm addresses wait.
    assertThat(underWay(node, CreateEni.class)).extracting(CreateEni::networkCard).containsOnly(0);
    assertThat(created(node)).hasSizeLessThanOrEqualTo(3);
  }
}
