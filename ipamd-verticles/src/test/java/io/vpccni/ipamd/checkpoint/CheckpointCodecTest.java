package io.vpccni.ipamd.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.checkpoint.CheckpointDates.Dated;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.ipamd.pool.decide.Pool;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.state.DurableForm;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.PoolState;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.time.ElapsedClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointCodecTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.123456789Z");

  @Test
  void aFileOfTheReferenceIsRead() throws IOException {
    var decoded = CheckpointCodec.decode(Map.of(0, observed()));
    assertThat(decoded.unreadable()).isEmpty();
    assertThat(decoded.problems()).isEmpty();
    assertThat(decoded.durable().agent()).isEmpty();
    assertThat(decoded.durable().holdings()).hasSize(3);
    var first = decoded.durable().holdings().getFirst();
    assertThat(first.attachment())
        .isEqualTo(new Attachment("rp19-0123456789abcdef0123456789abcdef", "eth0", "aws-cni"));
    assertThat(first.pod()).isEqualTo(new PodRef("default", "rp19"));
    assertThat(first.addresses()).containsExactly(HeldAddress.unplaced(Ip.parse("10.0.22.6"), 0));
    assertThat(first.assignedAt()).isEqualTo(Instant.ofEpochSecond(1795460096, 309516349));
  }

  @Test
  void whatWeWriteIsTheReferencesDocumentWithOneMemberMore() throws Exception {
    var ours =
        CheckpointCodec.encode(
            Dated.withoutBoot(CheckpointCodec.decode(Map.of(0, observed())).durable()));
    assertThat(ours).containsOnlyKeys(0);
    var document = Fields.parse(String.valueOf(ours.get(0)));
    var theirs = Fields.parse(observed());
    assertThat(document.values().get("version")).isEqualTo(theirs.values().get("version"));
    var expected = theirs.list("allocations");
    assertThat(document.list("allocations")).hasSize(3).allMatch(entry -> expected.contains(entry));
    assertThat(ours.get(0)).endsWith("}\n").doesNotContain("agent");
    assertThat(
            Fields.parse(String.valueOf(CheckpointCodec.encode(Dated.withoutBoot(whole())).get(0)))
                .values()
                .keySet())
        .map(Object::toString)
        .containsExactly("version", "allocations", "agent");
  }

  @Test
  void anEmptyNodeHasAnEmptyListOfAllocations() {
    assertThat(CheckpointCodec.encode(Dated.withoutBoot(Durable.NOTHING)))
        .containsExactly(Map.entry(0, "{\"version\":\"vpc-cni-ipam/1\",\"allocations\":[]}\n"));
  }

  @Test
  void everythingThatWeWriteIsReadBack() {
    var texts = CheckpointCodec.encode(Dated.withoutBoot(whole()));
    assertThat(texts).containsOnlyKeys(0, 1);
    var decoded = CheckpointCodec.decode(texts);
    assertThat(decoded.problems()).isEmpty();
    assertThat(decoded.unreadable()).isEmpty();
    assertThat(decoded.durable()).isEqualTo(whole());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          empty               | ``                                                | Empty
          only blanks         | `  `                                              | Empty
          torn                | {"version":"vpc-cni-ipam/1","allocations":[{"net  | Damaged
          not an object       | []                                                | Damaged
          future version      | {"version":"vpc-cni-ipam/2","allocations":[]}     | OtherVersion
          no version          | {"allocations":[]}                                | OtherVersion
          allocations a text  | {"version":"vpc-cni-ipam/1","allocations":"none"} | Damaged
          two documents       | {"version":"vpc-cni-ipam/1"}{}                    | Damaged
          huge number         | {"version":"vpc-cni-ipam/1","x":1e999999999}      | none
          """)
  void aFileThatCannotBeUsed(String what, String text, String outcome) {
    var decoded = CheckpointCodec.decode(Map.of(0, text));
    if (outcome.equals("none")) {
      return; // odd, and nobody's business: what matters is that nothing was thrown
    }
    assertThat(decoded.unreadable()).containsOnlyKeys(0);
    var why = Objects.requireNonNull(decoded.unreadable().get(0));
    assertThat(why.getClass().getSimpleName()).as(what).isEqualTo(outcome);
    assertThat(why.why()).isNotEmpty();
    assertThat(decoded.durable()).isEqualTo(Durable.NOTHING);
  }

  @Test
  void oneMistypedEntryCostsNobodyElseTheAddress() {
    var decoded =
        CheckpointCodec.decode(
            Map.of(
                0,
                """
                {"version":"vpc-cni-ipam/1","allocations":[
                 {"networkName":"n","containerID":"a","ifName":"eth0","ipv4":"10.0.0.300","metadata":{}},
                 {"networkName":"n","containerID":"b","ifName":"eth0","ipv4":"10.0.0.3","metadata":{}}]}
                """));
    assertThat(decoded.durable().holdings()).hasSize(1);
    assertThat(decoded.problems()).singleElement().asString().contains("10.0.0.300");
  }

  @ParameterizedTest(name = "agent member: {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          of the future | {"schema":2}
          a text        | "x"
          damaged       | {"schema":1,"enis":[{"id":7}]}
          odd kind      | {"schema":1,"enis":[{"id":"eni-1","kind":"BOAT"}]}
          """)
  void withoutAUsableAgentMemberItIsAFileOfTheReference(String what, String agent) {
    var decoded =
        CheckpointCodec.decode(
            Map.of(
                0,
                "{\"version\":\"vpc-cni-ipam/1\",\"allocations\":[{\"containerID\":\"c\",\"ifName\":\"e\","
                    + "\"networkName\":\"n\",\"ipv4\":\"10.0.0.1\"}],\"agent\":"
                    + agent
                    + "}"));
    assertThat(decoded.durable().agent()).as(what).isEmpty();
    assertThat(decoded.durable().holdings()).hasSize(1);
    assertThat(decoded.problems()).hasSize(1);
  }

  @Test
  void anEntryThatSomebodyAddedByHandIsKept() {
    var text = CheckpointCodec.encode(Dated.withoutBoot(whole())).get(0);
    assertThat(text).isNotNull();
    var edited =
        String.valueOf(text)
            .replace(
                "\"allocations\":[",
                "\"allocations\":[{\"networkName\":\"n\",\"containerID\":\"x\",\"ifName\":\"e\",\"ipv4\":\"10.9.9.9\",\"metadata\":{}},");
    var decoded = CheckpointCodec.decode(Map.of(0, edited));
    assertThat(decoded.durable().holdings())
        .anySatisfy(holding -> assertThat(holding.wiring()).isEqualTo(Wiring.UNKNOWN));
  }

  @Test
  void aMalformedBootCostsNothingElse() {
    var texts =
        new HashMap<>(CheckpointCodec.encode(new Dated(whole(), Optional.of(new Boot("b1", AT)))));
    texts.computeIfPresent(0, (_, text) -> text.replaceFirst("\"boot\":\\{[^}]*}", "\"boot\":7"));
    assertThat(texts.get(0)).contains("\"boot\":7");
    var decoded = CheckpointCodec.decode(texts);
    assertThat(decoded.durable()).isEqualTo(whole());
    assertThat(decoded.boot()).isEmpty();
    assertThat(decoded.problems())
        .singleElement()
        .asString()
        .startsWith("the boot of the member agent is left out: ");
  }

  /** This test cuts, flips and inserts bytes of a whole file. */
  @Test
  void noDamageMakesItThrow() {
    var texts = CheckpointCodec.encode(new Dated(whole(), Optional.of(new Boot("b1", AT))));
    var text = String.valueOf(texts.get(0));
    for (int seed = 0; seed < 3_000; seed++) {
      var random = new Random(seed);
      var damaged = new StringBuilder(text);
      for (int i = 0; i <= random.nextInt(4); i++) {
        int at = random.nextInt(damaged.length());
        switch (random.nextInt(4)) {
          case 0 -> damaged.setLength(Math.max(1, at));
          case 1 -> damaged.setCharAt(at, (char) random.nextInt(128));
          case 2 -> damaged.insert(at, "\"{[]},:-0".charAt(random.nextInt(9)));
          default -> damaged.deleteCharAt(at);
        }
      }
      assertThatCode(() -> starts(CheckpointCodec.decode(Map.of(0, damaged.toString()))))
          .as("seed %d: %s", seed, damaged)
          .doesNotThrowAnyException();
    }
  }

  /** Whatever a file says, a pool starts with it, and can write it again. */
  private static void starts(CheckpointCodec.Decoded decoded) {
    var dates = new CheckpointDates(new ElapsedClock(() -> AT, () -> 0L), Optional.of("b1"));
    var durable = dates.fromDates(new Dated(decoded.durable(), decoded.boot()));
    var state = PoolState.initial(DefaultSettings.pool());
    state =
        Pool.decide(state, new PoolEvent.CheckpointLoaded(durable, Optional.empty(), AT)).next();
    state = Pool.decide(state, new PoolEvent.DataplaneConnected(AT.plusSeconds(1))).next();
    state = Pool.decide(state, new PoolEvent.Ticked(AT.plusSeconds(60))).next();
    CheckpointCodec.encode(Dated.withoutBoot(DurableForm.of(state)));
    PoolViews.of(state);
  }

  private static Durable whole() {
    var node =
        new NodeFacts(
            new NodeFacts.Instance("i-1", "m5.large", "us-west-2", "us-west-2a"),
            new NodeFacts.Vpc("vpc-1", List.of(Cidr.parse("10.0.0.0/16")), List.of()),
            new NodeFacts.Primary(
                new EniId("eni-0"),
                "02:00:00:00:00:01",
                new SubnetId("subnet-1"),
                Optional.of(Ip.parse("10.0.0.4")),
                Optional.empty()));
    var cidrs = List.of(Cidr.parse("10.0.0.16/32"), Cidr.parse("10.0.0.32/28"));
    var eni =
        new AttachedEni(
            new EniId("eni-0"),
            "02:00:00:00:00:01",
            new AttachedEni.Place(0, 0),
            new SubnetId("subnet-1"),
            Optional.of(Cidr.parse("10.0.0.0/20")),
            Optional.of(Ip.parse("10.0.0.4")),
            cidrs,
            EniKind.EFA,
            new AttachedEni.Standing(true, false, true),
            Map.of());
    var at = Instant.parse("2026-01-02T03:04:06Z");
    var agent =
        new Durable.Agent(
            Optional.of(node),
            Optional.of(new Limits(3, 9, 2)),
            List.of(
                new Durable.SavedEni(
                    eni, 254, Set.of(cidrs.get(1)), true, Map.of(cidrs.get(0), at))),
            Map.of(Ip.parse("10.0.0.33"), at),
            Map.of(Ip.parse("10.0.0.34"), "eni123"),
            Set.of("eniabc"),
            Map.of(Cidr.parse("10.0.1.0/28"), at),
            Map.of(new EniId("eni-9"), at));
    var one =
        new Holding(
            new Attachment("c1", "eth0", "aws-cni"),
            new PodRef("default", "web"),
            new Wiring("/run/netns/x", List.of("eni1", "eni2"), Wiring.By.PROGRAMMER),
            List.of(
                new HeldAddress(Ip.parse("10.0.0.16"), 0, new EniId("eni-0"), 0, 254),
                new HeldAddress(Ip.parse("10.0.7.1"), 1, new EniId("eni-5"), 1, 10101)),
            Optional.of(Ip.parse("169.254.172.2")),
            AT);
    var six =
        new Holding(
            new Attachment("c2", "eth0", "aws-cni"),
            PodRef.UNKNOWN,
            new Wiring("", List.of(), Wiring.By.PLUGIN),
            List.of(new HeldAddress(Ip.parse("2001:db8::1"), 0, new EniId("eni-0"), 0, 254)),
            Optional.empty(),
            AT);
    return new Durable(List.of(one, six), Optional.of(agent));
  }

  private static String observed() throws IOException {
    try (var in = CheckpointCodecTest.class.getResourceAsStream("/observed/ipam.json")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
