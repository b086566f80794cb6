/**
 * This package tests the Helm charts: it renders them with Helm's own engine and reads the result
 * with the Kubernetes model.
 */
@NullMarked
package io.vpccni.charts;

import org.jspecify.annotations.NullMarked;
