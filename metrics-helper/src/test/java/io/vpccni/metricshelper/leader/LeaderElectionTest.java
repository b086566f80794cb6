package io.vpccni.metricshelper.leader;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LeaderElectionTest {
  private static final Instant NOW = Instant.EPOCH;

  private final LeaderElection election = new LeaderElection("blue");

  private static long s(double seconds) {
    return Math.round(seconds * 1e9);
  }

  private static Optional<Lease> lease(String version, String holder) {
    return Optional.of(new Lease(version, holder, Duration.ofSeconds(15), 3, NOW, NOW));
  }

  @Test
  void aLeaseThatDoesNotExistIsMade() {
    assertThat(election.claim(Optional.empty(), 0, NOW))
        .hasValueSatisfying(
            claimed -> {
              assertThat(claimed.version()).isEmpty();
              assertThat(claimed.holder()).isEqualTo("blue");
            });
    assertThat(election.leads(0)).as("before it is written").isFalse();
  }

  @Test
  void aHolderThatRenewsKeepsTheLease() {
    for (int i = 0; i < 100; i++) {
      assertThat(election.claim(lease("" + i, "green"), s(10 * i), NOW)).isEmpty();
    }
  }

  @Test
  void aHolderThatIsSilentLosesTheLeaseWhenItIsOver() {
    assertThat(election.claim(lease("7", "green"), s(100), NOW)).isEmpty();
    assertThat(election.claim(lease("7", "green"), s(114.9), NOW)).isEmpty();
    assertThat(election.claim(lease("7", "green"), s(115), NOW))
        .hasValueSatisfying(
            claimed -> {
              assertThat(claimed.version()).isEqualTo("7");
              assertThat(claimed.holder()).isEqualTo("blue");
              assertThat(claimed.transitions()).isEqualTo(4);
            });
  }

  @Test
  void aLeaseThatWasGivenUpIsTakenAtOnce() {
    assertThat(election.claim(lease("7", ""), 0, NOW)).isPresent();
  }

  @Test
  void aLeaderThatCannotRenewStopsBeforeAnotherMayLead() {
    election.grant(s(100));
    assertThat(election.leads(s(109.9))).isTrue();
    assertThat(election.leads(s(110))).isFalse();
    assertThat(LeaderElection.RENEW_DEADLINE).isLessThan(LeaderElection.LEASE);
  }

  @Test
  void aLeaderWhoseLeaseWasTakenStopsAtOnce() {
    election.grant(s(100));
    assertThat(election.claim(lease("8", "green"), s(101), NOW)).isEmpty();
    assertThat(election.leads(s(101))).isFalse();
  }

  @Test
  void theHolderRenews() {
    election.grant(0);
    assertThat(election.claim(lease("7", "blue"), s(2), NOW.plusSeconds(2)))
        .hasValueSatisfying(
            claimed -> {
              assertThat(claimed.renewed()).isEqualTo(NOW.plusSeconds(2));
              assertThat(claimed.acquired()).isEqualTo(NOW);
              assertThat(claimed.transitions()).isEqualTo(3);
            });
    assertThat(election.leads(s(2))).isTrue();
  }
}
