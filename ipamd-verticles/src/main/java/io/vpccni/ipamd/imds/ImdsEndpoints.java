package io.vpccni.ipamd.imds;

import io.vpccni.ipamd.bus.Endpoint;
import io.vpccni.ipamd.bus.Topic;
import java.time.Duration;

/** Where {@link ImdsRequest} is answered, and what is announced unasked. */
public final class ImdsEndpoints {
  public static final Endpoint<ImdsRequest, ImdsReply> IMDS =
      new Endpoint<>("imds", ImdsReply.class);

  /** Looked at every 30 s. */
  public static final Topic<VpcCidrsChanged> VPC_CIDRS = new Topic<>("imds.vpc-cidrs");

  /** Published once, when IMDS has given the node's facts for the first time. */
  public static final Topic<ImdsReply.Facts> FACTS = new Topic<>("imds.facts");

  /** The longest that an answer takes; reading all ENIs is many small reads in parallel. */
  public static final Duration DEADLINE = Duration.ofSeconds(20);

  private ImdsEndpoints() {}
}
