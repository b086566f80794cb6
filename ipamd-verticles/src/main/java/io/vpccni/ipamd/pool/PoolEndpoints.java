package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.bus.Endpoint;
import io.vpccni.ipamd.bus.Topic;
import io.vpccni.ipamd.pool.PoolMessage.AskDetaching;
import io.vpccni.ipamd.pool.PoolMessage.AskHealth;
import io.vpccni.ipamd.pool.PoolMessage.Assign;
import io.vpccni.ipamd.pool.PoolMessage.Assigned;
import io.vpccni.ipamd.pool.PoolMessage.AwaitSaved;
import io.vpccni.ipamd.pool.PoolMessage.Cancel;
import io.vpccni.ipamd.pool.PoolMessage.Changed;
import io.vpccni.ipamd.pool.PoolMessage.Detaching;
import io.vpccni.ipamd.pool.PoolMessage.Explain;
import io.vpccni.ipamd.pool.PoolMessage.Find;
import io.vpccni.ipamd.pool.PoolMessage.Found;
import io.vpccni.ipamd.pool.PoolMessage.Health;
import io.vpccni.ipamd.pool.PoolMessage.History;
import io.vpccni.ipamd.pool.PoolMessage.ReadHistory;
import io.vpccni.ipamd.pool.PoolMessage.ReadTrunk;
import io.vpccni.ipamd.pool.PoolMessage.ReadView;
import io.vpccni.ipamd.pool.PoolMessage.Release;
import io.vpccni.ipamd.pool.PoolMessage.Saved;
import io.vpccni.ipamd.pool.PoolMessage.Trunk;
import io.vpccni.ipamd.pool.PoolMessage.Undo;
import java.time.Duration;

/** This is where the pool is asked, and what it announces. */
public final class PoolEndpoints {
  public static final Endpoint<Assign, Assigned> ASSIGN =
      new Endpoint<>("pool.assign", Assigned.class);
  public static final Endpoint<AwaitSaved, Saved> SAVED = new Endpoint<>("pool.saved", Saved.class);
  public static final Endpoint<Cancel, BusMessage.Done> CANCEL =
      new Endpoint<>("pool.cancel", BusMessage.Done.class);
  public static final Endpoint<Release, ReleaseReply> RELEASE =
      new Endpoint<>("pool.release", ReleaseReply.class);
  public static final Endpoint<Undo, ReleaseReply> UNDO =
      new Endpoint<>("pool.undo", ReleaseReply.class);
  public static final Endpoint<Find, Found> FIND = new Endpoint<>("pool.find", Found.class);
  public static final Endpoint<AskDetaching, Detaching> DETACHING =
      new Endpoint<>("pool.detaching", Detaching.class);
  public static final Endpoint<ReadView, PoolView> VIEW =
      new Endpoint<>("pool.view", PoolView.class);
  public static final Endpoint<ReadTrunk, Trunk> TRUNK = new Endpoint<>("pool.trunk", Trunk.class);
  public static final Endpoint<Explain, Explanation> EXPLAIN =
      new Endpoint<>("pool.explain", Explanation.class);
  public static final Endpoint<ReadHistory, History> HISTORY =
      new Endpoint<>("pool.history", History.class);
  public static final Endpoint<AskHealth, Health> HEALTH =
      new Endpoint<>("pool.health", Health.class);
  public static final Topic<Changed> CHANGED = new Topic<>("pool.changed");

  /**
   * This is the deadline for everything but {@link #ASSIGN}: an answer needs at most one write of
   * the checkpoint.
   */
  public static final Duration DEADLINE = Duration.ofSeconds(5);

  /** Longer than an ADD may wait for an address, plus its write. */
  public static final Duration ASSIGN_DEADLINE = Duration.ofSeconds(28);

  private PoolEndpoints() {}
}
