package io.vpccni.ipamd.pool.state;

import java.time.Instant;
import java.util.Optional;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/**
 * This part knows what was asked of EC2 and of the data plane, and what the answers mean for the
 * next request.
 *
 * @param described EC2, or IMDS in its place, has listed the ENIs since the start
 * @param doubt since when EC2's real state must be read before anything else is asked of it
 * @param inFlight requests that have not been answered yet
 * @param backoffs pauses after failures, and how often each has failed
 * @param singles subnets without a free /28, and until when single addresses are asked of them
 * @param hint what IMDS has been saying, unlike what we believe
 * @param lastError action and code of EC2's last failure; empty once it has done what it was asked
 */
public record Cloud(
    boolean described,
    Optional<Instant> doubt,
    PMap<RequestId, InFlightRequest> inFlight,
    PMap<Backoff.Key, Backoff> backoffs,
    PMap<SubnetKey, Instant> singles,
    Optional<Hint> hint,
    String lastError) {
  static final Cloud UNKNOWN =
      new Cloud(
          false,
          Optional.empty(),
          TreePMap.empty(),
          TreePMap.empty(),
          TreePMap.empty(),
          Optional.empty(),
          "");

  /**
   * A subnet is known by its id. It is {@link Comparable} so that a replay meets subnets in the
   * same order.
   */
  public record SubnetKey(String subnet) implements Comparable<SubnetKey> {
    @Override
    public int compareTo(SubnetKey other) {
      return subnet.compareTo(other.subnet);
    }
  }

  /**
   * A hint is a difference that IMDS shows.
   *
   * @param digest a text that is the same for the same difference
   * @param since when it was seen first
   * @param reads how often in a row it was seen, 1 or more
   */
  public record Hint(String digest, Instant since, int reads) {}

  public Cloud withDescribed() {
    return new Cloud(true, doubt, inFlight, backoffs, singles, hint, lastError);
  }

  /** Takes note that EC2's real state must be read before anything else is asked of it. */
  public Cloud doubt(Instant since) {
    return withDoubt(Optional.of(since));
  }

  public Cloud withDoubt(Optional<Instant> next) {
    return new Cloud(described, next, inFlight, backoffs, singles, hint, lastError);
  }

  public Cloud asked(RequestId id, InFlightRequest what) {
    return withInFlight(inFlight.plus(id, what));
  }

  /** Takes note that the request is answered, or that nobody waits for its answer any longer. */
  public Cloud answered(RequestId id) {
    return withInFlight(inFlight.minus(id));
  }

  private Cloud withInFlight(PMap<RequestId, InFlightRequest> next) {
    return new Cloud(described, doubt, next, backoffs, singles, hint, lastError);
  }

  public Cloud pause(Backoff.Key key, Backoff backoff) {
    return withBackoffs(backoffs.plus(key, backoff));
  }

  public Cloud resume(Backoff.Key key) {
    return withBackoffs(backoffs.minus(key));
  }

  private Cloud withBackoffs(PMap<Backoff.Key, Backoff> next) {
    return new Cloud(described, doubt, inFlight, next, singles, hint, lastError);
  }

  /** Lets single addresses be asked of the subnet instead of prefixes until then. */
  public Cloud singlesUntil(SubnetKey subnet, Instant until) {
    return withSingles(singles.plus(subnet, until));
  }

  public Cloud prefixesAgain(SubnetKey subnet) {
    return withSingles(singles.minus(subnet));
  }

  private Cloud withSingles(PMap<SubnetKey, Instant> next) {
    return new Cloud(described, doubt, inFlight, backoffs, next, hint, lastError);
  }

  public Cloud withHint(Optional<Hint> next) {
    return new Cloud(described, doubt, inFlight, backoffs, singles, next, lastError);
  }

  public Cloud withLastError(String error) {
    return new Cloud(described, doubt, inFlight, backoffs, singles, hint, error);
  }
}
