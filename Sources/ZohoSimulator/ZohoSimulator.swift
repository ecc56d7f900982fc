// ZohoSimulator
