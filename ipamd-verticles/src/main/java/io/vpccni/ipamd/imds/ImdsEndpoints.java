package io.vpccni.ipamd.imds;

import io.vpccni.ipamd.bus.Endpoint;
import io.vpccni.ipamd.bus.Topic;
import io.vpccni.ipamd.imds.ImdsReply.AttachedReply;
import io.vpccni.ipamd.imds.ImdsReply.EniReply;
import io.vpccni.ipamd.imds.ImdsReply.FactsReply;
import io.vpccni.ipamd.imds.ImdsReply.MacsReply;
import io.vpccni.ipamd.imds.ImdsReply.SecurityGroupsReply;
import io.vpccni.ipamd.imds.ImdsRequest.ReadAttached;
import io.vpccni.ipamd.imds.ImdsRequest.ReadEni;
import io.vpccni.ipamd.imds.ImdsRequest.ReadFacts;
import io.vpccni.ipamd.imds.ImdsRequest.ReadMacs;
import io.vpccni.ipamd.imds.ImdsRequest.ReadSecurityGroups;
import java.time.Duration;

/** Names the bus addresses at which each {@link ImdsRequest} is answered and news is announced. */
public final class ImdsEndpoints {
  public static final Endpoint<ReadFacts, FactsReply> READ_FACTS =
      new Endpoint<>("imds.read-facts", FactsReply.class);
  public static final Endpoint<ReadAttached, AttachedReply> READ_ATTACHED =
      new Endpoint<>("imds.read-attached", AttachedReply.class);
  public static final Endpoint<ReadMacs, MacsReply> READ_MACS =
      new Endpoint<>("imds.read-macs", MacsReply.class);
  public static final Endpoint<ReadEni, EniReply> READ_ENI =
      new Endpoint<>("imds.read-eni", EniReply.class);
  public static final Endpoint<ReadSecurityGroups, SecurityGroupsReply> READ_SECURITY_GROUPS =
      new Endpoint<>("imds.read-security-groups", SecurityGroupsReply.class);

  /** Announces the VPC's address blocks, which are looked at every 30 s. */
  public static final Topic<VpcCidrsChanged> VPC_CIDRS = new Topic<>("imds.vpc-cidrs");

  /** Announces the node's facts once, when IMDS has given them for the first time. */
  public static final Topic<ImdsReply.Facts> FACTS = new Topic<>("imds.facts");

  /** An answer takes no longer than this; reading all ENIs is many small reads in parallel. */
  public static final Duration DEADLINE = Duration.ofSeconds(20);

  private ImdsEndpoints() {}
}
