package io.vpccni.ipamd.ec2.sdk;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.core.retry.ClockSkew;

/**
 * Compares the date of each answer with this node's wall clock, by which the SDK signs. The SDK
 * itself signs with the corrected time once EC2 has refused a request for its date.
 */
final class ServerTime implements ExecutionInterceptor {
  private final InstantSource wallClock;
  private volatile Consumer<Duration> listener = _ -> {};

  ServerTime(InstantSource wallClock) {
    this.wallClock = wallClock;
  }

  /** The listener is told on a thread of the SDK how far this node's clock is ahead of EC2's. */
  void listener(Consumer<Duration> told) {
    listener = told;
  }

  @Override
  public void afterTransmission(
      Context.AfterTransmission context, ExecutionAttributes executionAttributes) {
    ClockSkew.getServerTime(context.httpResponse())
        .ifPresent(server -> listener.accept(Duration.between(server, wallClock.instant())));
  }

  /**
   * Puts back into a refusal what the SDK loses when it adds the number of attempts: by which
   * correction the request was signed. Without it, the SDK's own exception cannot tell a wrong
   * clock from a wrong key.
   */
  @Override
  public Throwable modifyException(
      Context.FailedExecution context, ExecutionAttributes executionAttributes) {
    var correction = executionAttributes.getAttribute(SdkExecutionAttribute.TIME_OFFSET);
    return context.exception() instanceof AwsServiceException refused && correction != null
        ? refused.toBuilder().clockSkew(Duration.ofSeconds(correction)).build()
        : context.exception();
  }
}
