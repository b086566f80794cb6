package io.vpccni.ipamd.dataplane;

import io.vpccni.ipamd.bus.Endpoint;
import io.vpccni.ipamd.bus.Topic;
import io.vpccni.ipamd.dataplane.DataplaneReply.AttachReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.CheckReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.ConflistReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.DetachReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.HostReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.PolicyReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.VethsReply;
import io.vpccni.ipamd.dataplane.DataplaneRequest.ApplyHost;
import io.vpccni.ipamd.dataplane.DataplaneRequest.Attach;
import io.vpccni.ipamd.dataplane.DataplaneRequest.Check;
import io.vpccni.ipamd.dataplane.DataplaneRequest.DeletePolicy;
import io.vpccni.ipamd.dataplane.DataplaneRequest.Detach;
import io.vpccni.ipamd.dataplane.DataplaneRequest.EnforcePolicy;
import io.vpccni.ipamd.dataplane.DataplaneRequest.InstallConflist;
import io.vpccni.ipamd.dataplane.DataplaneRequest.ListVeths;
import java.time.Duration;

/**
 * Names the bus addresses at which each {@link DataplaneRequest} is answered and news is announced;
 * those who ask do so by {@link DataplaneCalls}.
 */
public final class DataplaneEndpoints {
  public static final Endpoint<Attach, AttachReply> ATTACH =
      new Endpoint<>("dataplane.attach", AttachReply.class);
  public static final Endpoint<Detach, DetachReply> DETACH =
      new Endpoint<>("dataplane.detach", DetachReply.class);
  public static final Endpoint<Check, CheckReply> CHECK =
      new Endpoint<>("dataplane.check", CheckReply.class);
  public static final Endpoint<ListVeths, VethsReply> LIST_VETHS =
      new Endpoint<>("dataplane.list-veths", VethsReply.class);
  public static final Endpoint<ApplyHost, HostReply> APPLY_HOST =
      new Endpoint<>("dataplane.apply-host", HostReply.class);
  public static final Endpoint<InstallConflist, ConflistReply> INSTALL_CONFLIST =
      new Endpoint<>("dataplane.install-conflist", ConflistReply.class);
  public static final Endpoint<EnforcePolicy, PolicyReply> ENFORCE_POLICY =
      new Endpoint<>("dataplane.enforce-policy", PolicyReply.class);
  public static final Endpoint<DeletePolicy, PolicyReply> DELETE_POLICY =
      new Endpoint<>("dataplane.delete-policy", PolicyReply.class);

  /** The pool publishes here; net-programmer is told until it has heard. */
  public static final Topic<PodPlaced> PLACED = new Topic<>("dataplane.placed");

  /** Whoever drops pods that net-programmer was told of publishes here. */
  public static final Topic<DesiredReplaced> RESYNC = new Topic<>("dataplane.resync");

  public static final Topic<DataplaneNews> NEWS = new Topic<>("dataplane.news");

  /** An answer takes no longer than this. */
  public static final Duration DEADLINE = Duration.ofSeconds(12);

  private DataplaneEndpoints() {}
}
