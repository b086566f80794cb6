package io.vpccni.sim.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/** Reads request bodies up to a bound. */
final class RequestBody {
  /**
   * A body may be no longer than this. EC2's own is lower; CloudWatch accepts 1 MB, compressed or
   * not.
   */
  private static final int MOST_BYTES = 4 << 20;

  private RequestBody() {}

  /** Reads the whole body. If it is too long, the connection is closed and the future fails. */
  static Future<Buffer> read(HttpServerRequest request) {
    Promise<Buffer> whole = Promise.promise();
    var body = Buffer.buffer();
    request.handler(
        part -> {
          body.appendBuffer(part);
          if (body.length() > MOST_BYTES) {
            request.handler(null);
            request.connection().close();
            whole.tryFail("the request body exceeds " + MOST_BYTES + " bytes");
          }
        });
    request.exceptionHandler(whole::tryFail);
    request.endHandler(_ -> whole.tryComplete(body));
    return whole.future();
  }
}
