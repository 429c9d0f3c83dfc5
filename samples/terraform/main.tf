# A table with an index, as for DynamoDB, made in DaxProxy: only the checks and the block "endpoints" of the provider differ.
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
    dynamodb = var.endpoint
    sts      = var.endpoint
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

output "table_arn" {
  value = aws_dynamodb_table.orders.arn
}
