package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.ec2.Ec2Request.CustomNetwork;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Instant;
import java.util.Optional;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;
import org.pcollections.PVector;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;
import org.pcollections.TreePVector;

/**
 * Everything the pool knows. Immutable and shared: a change copies a few tree nodes. Readers take
 * what they need by {@link PoolViews}, {@link ReadinessCheck} and {@link DurableForm}.
 *
 * @param started the checkpoint was read: before that calls wait
 * @param described EC2 (or IMDS in its place) has listed the ENIs since the start
 * @param queue ADDs that wait, first come first
 * @param pending answers that wait for the checkpoint, oldest first
 * @param version counts changes of what is durable
 * @param savedVersion what the checkpoint is known to hold
 * @param saving the version being written, 0 if none is
 * @param places which ENI each CIDR of the pool is on
 * @param served pods that hold something, and by which of their sandboxes
 * @param egress node-local addresses that holdings have
 * @param homeless addresses of holdings that lie in no CIDR we know of
 * @param leaving what is being given back, by ENI
 * @param doubt since when EC2's real state must be read before anything else is asked of it
 * @param vethMissing since when a holding has had no veth
 * @param overSince since when a card has had more than it wants
 * @param demand pods bound to this node that have no address yet
 * @param singles subnets without a free /28, and until when single addresses are asked of them
 */
public record PoolState(
    PoolSettings settings,
    Instant now,
    boolean started,
    boolean described,
    boolean terminating,
    Optional<Limits> limits,
    Optional<NodeFacts> facts,
    NodeState node,
    Optional<CustomNetwork> custom,
    PMap<EniId, EniState> enis,
    PMap<Cidr, EniId> places,
    PMap<Attachment, Holding> holdings,
    PMap<PodRef, Attachment> served,
    PSet<Ip> egress,
    PMap<Ip, Attachment> homeless,
    PMap<EniId, Reclaim> leaving,
    Optional<Instant> doubt,
    PMap<Long, Waiter> queue,
    PVector<Pending> pending,
    TreePSet<Resting> resting,
    PMap<RequestId, InFlightRequest> asked,
    PMap<Backoff.Key, Backoff> backoffs,
    PMap<Condition.Key, Condition> conditions,
    Optional<VethView> veths,
    boolean dataplane,
    PMap<Attachment, Instant> vethMissing,
    PSet<Attachment> detaching,
    PSet<String> pendingVeths,
    PMap<Cidr, Instant> goneCidrs,
    PMap<EniId, Instant> goneEnis,
    PMap<SubnetKey, Instant> singles,
    PMap<Integer, Instant> overSince,
    PMap<Integer, Growth> lastGrowth,
    PSet<PodRef> demand,
    Optional<Hint> hint,
    Clocks clocks,
    String lastEc2Error,
    long version,
    long savedVersion,
    long saving,
    long nextId)
    implements BusMessage {

  /** Subnets by id: {@link Comparable}, so that the order of a replay is the same. */
  record SubnetKey(String subnet) implements Comparable<SubnetKey> {
    @Override
    public int compareTo(SubnetKey other) {
      return subnet.compareTo(other.subnet);
    }
  }

  /** The last addresses that a card got, to see a ramp. */
  record Growth(Instant at, int count) {}

  /** What IMDS has been saying, unlike what we believe. */
  record Hint(String digest, Instant since, int reads) {}

  /** When things were last asked for; {@link Instant#EPOCH} is never. */
  record Clocks(
      Instant describe,
      Instant veths,
      Instant imds,
      Instant host,
      Instant saveRetry,
      Instant wake) {
    static final Clocks NEVER =
        new Clocks(
            Instant.EPOCH,
            Instant.EPOCH,
            Instant.EPOCH,
            Instant.EPOCH,
            Instant.EPOCH,
            Instant.EPOCH);

    Clocks describeAt(Instant at) {
      return new Clocks(at, veths, imds, host, saveRetry, wake);
    }

    Clocks vethsAt(Instant at) {
      return new Clocks(describe, at, imds, host, saveRetry, wake);
    }

    Clocks imdsAt(Instant at) {
      return new Clocks(describe, veths, at, host, saveRetry, wake);
    }

    Clocks hostAt(Instant at) {
      return new Clocks(describe, veths, imds, at, saveRetry, wake);
    }

    Clocks saveRetryAt(Instant at) {
      return new Clocks(describe, veths, imds, host, at, wake);
    }

    Clocks wakeAt(Instant at) {
      return new Clocks(describe, veths, imds, host, saveRetry, at);
    }
  }

  /** Of a new process. */
  public static PoolState initial(PoolSettings settings) {
    return new PoolState(
        settings,
        Instant.EPOCH,
        false,
        false,
        false,
        Optional.empty(),
        Optional.empty(),
        NodeState.UNKNOWN,
        Optional.empty(),
        TreePMap.empty(),
        HashTreePMap.empty(),
        HashTreePMap.empty(),
        HashTreePMap.empty(),
        HashTreePSet.empty(),
        TreePMap.empty(),
        TreePMap.empty(),
        Optional.empty(),
        TreePMap.empty(),
        TreePVector.empty(),
        TreePSet.empty(),
        TreePMap.empty(),
        TreePMap.empty(),
        TreePMap.empty(),
        Optional.empty(),
        false,
        TreePMap.empty(),
        HashTreePSet.empty(),
        TreePSet.empty(),
        TreePMap.empty(),
        TreePMap.empty(),
        TreePMap.empty(),
        TreePMap.empty(),
        TreePMap.empty(),
        HashTreePSet.empty(),
        Optional.empty(),
        Clocks.NEVER,
        "",
        0,
        0,
        0,
        1);
  }

  /** What this attachment holds, if anything; also while its first save is under way. */
  public Optional<Holding> holding(Attachment attachment) {
    return Optional.ofNullable(holdings.get(attachment));
  }
}
