package io.vpccni.ipamd.ec2.sdk;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.ipamd.ec2.api.Ec2Caller;
import io.vpccni.ipamd.ec2.api.Ec2Caller.Safe;
import io.vpccni.ipamd.ec2.api.Ec2Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;

/**
 * Sends requests through AWS's client and within their budget, and reads all pages of an answer.
 */
final class SdkCalls {
  /** This is the largest page that EC2 gives. */
  static final int PAGE = 1000;

  /** This bounds what a broken pager could make us read. */
  private static final int MAX_PAGES = 100;

  private final Vertx vertx;
  private final Context context;
  private final Ec2AsyncClient client;
  private final Ec2Caller caller;

  /** Makes the calls for use on {@code context} only. */
  SdkCalls(Vertx vertx, Context context, Ec2AsyncClient client, Ec2Caller caller) {
    this.vertx = vertx;
    this.context = context;
    this.client = client;
    this.caller = caller;
  }

  <T> Future<T> call(
      Ec2Operation operation, Safe safe, Function<Ec2AsyncClient, CompletionStage<T>> send) {
    return caller.call(
        operation.text(),
        safe,
        // The SDK reads credentials (files, STS, IMDS) on the calling thread before it goes
        // asynchronous, so that thread must not be an event loop.
        () ->
            vertx
                .executeBlocking(() -> send.apply(client), false)
                .compose(stage -> Future.fromCompletionStage(stage, context))
                .recover(error -> Future.failedFuture(SdkErrors.refused(operation.text(), error))));
  }

  /** Sends a request that may be repeated and whose answer has nothing to read. */
  Future<Void> tell(Ec2Operation operation, Function<Ec2AsyncClient, CompletionStage<?>> send) {
    return call(operation, Safe.REPEATABLE, send::apply).mapEmpty();
  }

  /** Sends one page's request. */
  interface Page<A> {
    CompletionStage<A> send(Ec2AsyncClient ec2, Optional<String> from);
  }

  <A, T> Future<List<T>> pages(
      Ec2Operation operation,
      Page<A> page,
      Function<A, List<T>> content,
      Function<A, String> next) {
    return pagesFrom(operation, page, content, next, Optional.empty(), new ArrayList<>(), 1);
  }

  private <A, T> Future<List<T>> pagesFrom(
      Ec2Operation operation,
      Page<A> page,
      Function<A, List<T>> content,
      Function<A, String> next,
      Optional<String> from,
      List<T> found,
      int number) {
    return call(operation, Safe.REPEATABLE, ec2 -> page.send(ec2, from))
        .compose(
            answer -> {
              found.addAll(content.apply(answer));
              var token = next.apply(answer);
              if (token == null || token.isEmpty() || number >= MAX_PAGES) {
                return Future.succeededFuture(List.copyOf(found));
              }
              return pagesFrom(
                  operation, page, content, next, Optional.of(token), found, number + 1);
            });
  }
}
