# Tables as for DynamoDB, made in DaxProxy: one on demand with an index, and one with provisioned capacity that follows the load. Only the
# checks and the block "endpoints" of the provider differ.
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

provider "aws" {
  region     = "us-east-1"
  access_key = "local"
  secret_key = "local"

  # The engine knows no accounts; these checks ask services that are not there.
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true

  endpoints {
    appautoscaling = var.endpoint
    cloudwatch     = var.endpoint
    dax            = var.endpoint
    dynamodb       = var.endpoint
    sts            = var.endpoint
  }
}

variable "endpoint" {
  description = "Where the proxy is"
  type        = string
  default     = "http://127.0.0.1:8000"
}

resource "aws_dynamodb_table" "orders" {
  name         = "sample-orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "customer"
  range_key    = "order"

  attribute {
    name = "customer"
    type = "S"
  }

  attribute {
    name = "order"
    type = "S"
  }

  attribute {
    name = "status"
    type = "S"
  }

  global_secondary_index {
    name            = "by-status"
    hash_key        = "status"
    range_key       = "order"
    projection_type = "KEYS_ONLY"
  }

  ttl {
    attribute_name = "ends"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }

  tags = {
    managed-by = "terraform"
  }
}

resource "aws_dynamodb_table" "visits" {
  name           = "sample-visits"
  billing_mode   = "PROVISIONED"
  read_capacity  = 5
  write_capacity = 5
  hash_key       = "page"

  attribute {
    name = "page"
    type = "S"
  }

  server_side_encryption {
    enabled = true
  }

  # Auto scaling changes it.
  lifecycle {
    ignore_changes = [write_capacity]
  }
}

resource "aws_appautoscaling_target" "visits_writes" {
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.visits.name}"
  scalable_dimension = "dynamodb:table:WriteCapacityUnits"
  min_capacity       = 5
  max_capacity       = 100
}

resource "aws_appautoscaling_policy" "visits_writes" {
  name               = "DynamoDBWriteCapacityUtilization:${aws_appautoscaling_target.visits_writes.resource_id}"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.visits_writes.service_namespace
  resource_id        = aws_appautoscaling_target.visits_writes.resource_id
  scalable_dimension = aws_appautoscaling_target.visits_writes.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value = 70

    predefined_metric_specification {
      predefined_metric_type = "DynamoDBWriteCapacityUtilization"
    }
  }
}

output "table_arn" {
  value = aws_dynamodb_table.orders.arn
}
