package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.ec2.Ec2Request.CustomNetwork;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.rpc.address.Cidr;
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
 * Everything the pool knows. Immutable and shared: a change copies a few tree nodes. Readers
 * outside this package use {@link #view()}, {@link #durable()} and {@link #holding(Attachment)}.
 *
 * @param started the checkpoint was read: before that calls wait
 * @param described EC2 (or IMDS in its place) has listed the ENIs since the start
 * @param queue ADDs that wait, first come first
 * @param pending answers that wait for the checkpoint, oldest first
 * @param version counts changes of what is durable
 * @param savedVersion what the checkpoint is known to hold
 * @param saving the version being written, 0 if none is
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
    PMap<Attachment, Holding> holdings,
    PMap<Long, Waiter> queue,
    PVector<Pending> pending,
    TreePSet<Resting> resting,
    PMap<RequestId, Asked> asked,
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

  /** When things were last done or are to be done. {@link Instant#EPOCH}: never. */
  record Clocks(
      Instant describeAsked,
      Instant vethsAsked,
      Instant imdsRead,
      Instant saveRetry,
      Instant hostAsked) {
    static final Clocks NEVER =
        new Clocks(Instant.EPOCH, Instant.EPOCH, Instant.EPOCH, Instant.EPOCH, Instant.EPOCH);
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

  /** For introspection, gauges, the desired pods of a Sync. Costs as much as the pool is large. */
  public PoolView view() {
    return PoolView.of(this);
  }

  /** What the checkpoint should hold. Costs as much as the pool is large. */
  public Durable durable() {
    return DurableForm.of(this);
  }
}
