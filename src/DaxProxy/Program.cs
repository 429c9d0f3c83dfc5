Console.WriteLine("daxproxy");
