package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.ec2.Ec2Request.CustomNetwork;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pool.PoolState.Clocks;
import io.vpccni.ipamd.pool.PoolState.Growth;
import io.vpccni.ipamd.pool.PoolState.Hint;
import io.vpccni.ipamd.pool.PoolState.SubnetKey;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Instant;
import java.util.Optional;
import org.pcollections.PMap;
import org.pcollections.PSet;
import org.pcollections.PVector;
import org.pcollections.TreePSet;

/**
 * The fields of {@link PoolState} while one decision changes them. Never leaves that decision; the
 * collections are persistent, so the state before is not touched.
 */
class Draft {
  PoolSettings settings;
  Instant now;
  boolean started;
  boolean described;
  boolean terminating;
  Optional<Limits> limits;
  Optional<NodeFacts> facts;
  NodeState node;
  Optional<CustomNetwork> custom;
  PMap<EniId, EniState> enis;
  PMap<Cidr, EniId> places;
  PMap<Attachment, Holding> holdings;
  PMap<PodRef, Attachment> served;
  PSet<Ip> egress;
  PMap<Ip, Attachment> homeless;
  PMap<EniId, Reclaim> leaving;
  Optional<Instant> doubt;
  PMap<Long, Waiter> queue;
  PVector<Pending> pending;
  TreePSet<Resting> resting;
  PMap<RequestId, InFlightRequest> asked;
  PMap<Backoff.Key, Backoff> backoffs;
  PMap<Condition.Key, Condition> conditions;
  Optional<VethView> veths;
  boolean dataplane;
  PMap<Attachment, Instant> vethMissing;
  PSet<Attachment> detaching;
  PSet<String> pendingVeths;
  PMap<Cidr, Instant> goneCidrs;
  PMap<EniId, Instant> goneEnis;
  PMap<SubnetKey, Instant> singles;
  PMap<Integer, Instant> overSince;
  PMap<Integer, Growth> lastGrowth;
  PSet<PodRef> demand;
  Optional<Hint> hint;
  Clocks clocks;
  String lastEc2Error;
  long version;
  long savedVersion;
  long saving;
  long nextId;

  Draft(PoolState state) {
    settings = state.settings();
    now = state.now();
    started = state.started();
    described = state.described();
    terminating = state.terminating();
    limits = state.limits();
    facts = state.facts();
    node = state.node();
    custom = state.custom();
    enis = state.enis();
    places = state.places();
    holdings = state.holdings();
    served = state.served();
    egress = state.egress();
    homeless = state.homeless();
    leaving = state.leaving();
    doubt = state.doubt();
    queue = state.queue();
    pending = state.pending();
    resting = state.resting();
    asked = state.asked();
    backoffs = state.backoffs();
    conditions = state.conditions();
    veths = state.veths();
    dataplane = state.dataplane();
    vethMissing = state.vethMissing();
    detaching = state.detaching();
    pendingVeths = state.pendingVeths();
    goneCidrs = state.goneCidrs();
    goneEnis = state.goneEnis();
    singles = state.singles();
    overSince = state.overSince();
    lastGrowth = state.lastGrowth();
    demand = state.demand();
    hint = state.hint();
    clocks = state.clocks();
    lastEc2Error = state.lastEc2Error();
    version = state.version();
    savedVersion = state.savedVersion();
    saving = state.saving();
    nextId = state.nextId();
  }

  /** The state as it stands now. */
  PoolState state() {
    return new PoolState(
        settings,
        now,
        started,
        described,
        terminating,
        limits,
        facts,
        node,
        custom,
        enis,
        places,
        holdings,
        served,
        egress,
        homeless,
        leaving,
        doubt,
        queue,
        pending,
        resting,
        asked,
        backoffs,
        conditions,
        veths,
        dataplane,
        vethMissing,
        detaching,
        pendingVeths,
        goneCidrs,
        goneEnis,
        singles,
        overSince,
        lastGrowth,
        demand,
        hint,
        clocks,
        lastEc2Error,
        version,
        savedVersion,
        saving,
        nextId);
  }
}
