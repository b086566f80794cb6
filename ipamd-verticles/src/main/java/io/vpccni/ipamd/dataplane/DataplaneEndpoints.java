package io.vpccni.ipamd.dataplane;

import io.vpccni.ipamd.bus.Endpoint;
import io.vpccni.ipamd.bus.Topic;
import java.time.Duration;

/** Where {@link DataplaneRequest} is answered, and what is announced unasked. */
public final class DataplaneEndpoints {
  public static final Endpoint<DataplaneRequest, DataplaneReply> DATAPLANE =
      new Endpoint<>("dataplane", DataplaneReply.class);
  public static final Topic<DataplaneNews> NEWS = new Topic<>("dataplane.news");

  /** The longest that an answer takes. */
  public static final Duration DEADLINE = Duration.ofSeconds(12);

  private DataplaneEndpoints() {}
}
