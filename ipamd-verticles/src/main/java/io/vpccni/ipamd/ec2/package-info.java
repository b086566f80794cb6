/**
 * This package is the contract of the EC2 side: what the pool may ask of it, how it answers, and
 * what it announces.
 */
@NullMarked
package io.vpccni.ipamd.ec2;

import org.jspecify.annotations.NullMarked;
