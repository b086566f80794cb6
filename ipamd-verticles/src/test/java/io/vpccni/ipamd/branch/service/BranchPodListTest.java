package io.vpccni.ipamd.branch.service;

import static io.vpccni.ipamd.branch.service.BranchPodsBus.NOW;
import static io.vpccni.ipamd.branch.service.BranchPodsBus.keep;
import static io.vpccni.ipamd.branch.service.BranchPodsBus.withAddress;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.branch.BranchPods;
import io.vpccni.ipamd.branch.service.BranchPodList.Addition;
import io.vpccni.ipamd.branch.service.BranchPodList.Foreign;
import io.vpccni.ipamd.pod.Attachment;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks what calls and the name of the instance make of the list, without a bus or a file. */
class BranchPodListTest {
  private static final Instant LATER = NOW.plusSeconds(1);

  /** The file has the pods "a" and "b", and "own" was added since the start. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      nullValues = "none",
      textBlock =
          """
          # why,                                  file of, added, IMDS says, left,    dropped, saved
          the file is this instance's,              i-1,     own,   i-1,       a b own, none,    false
          the file is another instance's,           i-2,     own,   i-1,       own,     2,       true
          nothing is left but the owner is new,     i-2,     none,  i-1,       '',      2,       true
          an earlier version named no instance,     none,    own,   i-1,       a b own, none,    true
          a pod of the file that was added again,   i-2,     a,     i-1,       a,       1,       true
          """)
  void theNameOfTheInstance(
      String why,
      @Nullable String writer,
      @Nullable String added,
      String here,
      String left,
      @Nullable Integer dropped,
      boolean saved) {
    var list = inherited(writer);
    if (added != null) list = added(list, keep(added)).next();
    var identified = list.identified(here);
    assertThat(names(identified.next())).isEqualTo(left);
    assertThat(identified.foreign().map(Foreign::pods)).isEqualTo(Optional.ofNullable(dropped));
    assertThat(identified.save()).isEqualTo(saved);
    assertThat(identified.next().instance()).contains(here);
    assertThat(identified.next().identified("i-other").foreign().map(Foreign::pods))
        .as("what is here after the first answer runs here")
        .contains(0);
  }

  @Test
  void anEmptyListThatNamesNoInstanceIsNotWritten() {
    var identified = BranchPodList.EMPTY.identified("i-1");
    assertThat(identified.save()).isFalse();
    assertThat(identified.foreign()).isEmpty();
  }

  @Test
  void theOperatorIsToldWhoseTheListIsAndWhereItIsKept() {
    assertThat(new Foreign("i-2", "i-1", 3).detail())
        .isEqualTo(
            "the list of pods with branch ENIs is of instance i-2, and this is i-1:"
                + " its pods (3) are left alone, and it is kept as branch-pods.json.of-i-2");
  }

  /** The list has the interface eth0 of the sandbox s0 with the address 10.0.1.140. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      textBlock =
          """
          # why,                             sandbox, interface, address,    added
          the same attachment again,           s0,      eth0,      10.0.1.140, true
          the same attachment moved,           s0,      eth0,      10.0.1.141, true
          a sibling with the same address,     s0,      net1,      10.0.1.140, false
          a sibling with its own address,      s0,      net1,      10.0.1.141, true
          a newer sandbox of the pod,          s1,      eth0,      10.0.1.140, true
          """)
  void aBranchEniHasOneInterfaceOfASandbox(
      String why, String sandbox, String ifName, String ip, boolean taken) {
    var list = added(BranchPodList.EMPTY, interfaceOf("s0", "eth0", "10.0.1.140")).next();
    var addition = list.add(interfaceOf(sandbox, ifName, ip), LATER);
    assertThat(addition instanceof Addition.Added).isEqualTo(taken);
    if (addition instanceof Addition.Refused(var reason)) {
      assertThat(reason).isEqualTo("the pod's branch ENI is already that of its interface eth0");
    }
  }

  @Test
  void anAdditionThatCouldNotBeWrittenIsTakenBack() {
    var before = added(BranchPodList.EMPTY, keep("a")).next();
    var fresh = added(before, keep("b"));
    assertThat(fresh.before()).isNull();
    assertThat(fresh.next().undo(fresh)).isEqualTo(before);

    var again = added(before, withAddress(keep("a"), "10.0.1.141"));
    assertThat(again.before()).isEqualTo(before.holdings().getFirst());
    assertThat(again.next().undo(again)).isEqualTo(before);
  }

  @Test
  void whatALaterCallMadeOfTheAttachmentStays() {
    var lost = added(BranchPodList.EMPTY, keep("a"));
    var later = added(lost.next(), withAddress(keep("a"), "10.0.1.141"));
    assertThat(later.next().undo(lost)).isEqualTo(later.next());

    var gone = later.next().without(keep("a").attachment());
    assertThat(gone.undo(later).holdings()).isEmpty();
  }

  @Test
  void onlyTheNamedAttachmentIsRemoved() {
    var both = added(added(BranchPodList.EMPTY, keep("a")).next(), keep("b")).next();
    assertThat(names(both.without(keep("a").attachment()))).isEqualTo("b");
    assertThat(both.without(keep("never").attachment())).isEqualTo(both);
  }

  private static BranchPodList inherited(@Nullable String writer) {
    var pods = added(added(BranchPodList.EMPTY, keep("a")).next(), keep("b")).next().holdings();
    return BranchPodList.of(
        new BranchFile.Content(Optional.ofNullable(writer), Optional.empty(), pods));
  }

  private static Addition.Added added(BranchPodList list, BranchPods.Keep asked) {
    return (Addition.Added) list.add(asked, NOW);
  }

  private static BranchPods.Keep interfaceOf(String sandbox, String ifName, String ip) {
    var asked = withAddress(keep("web"), ip);
    return new BranchPods.Keep(
        new Attachment(sandbox, ifName, "aws-cni"), asked.pod(), asked.wiring(), asked.held());
  }

  private static String names(BranchPodList list) {
    return String.join(" ", list.holdings().stream().map(pod -> pod.pod().name()).toList());
  }
}
